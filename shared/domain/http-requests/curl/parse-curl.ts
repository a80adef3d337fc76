import * as z from 'zod';
import { issueDetails } from '../../../errors.ts';
import { AuthId } from '../../../ids.ts';
import { HttpRequest, type HttpRequestInput } from '../document.ts';
import { names, type Pairs } from '../pairs.ts';
import { readArguments, type Argument } from './arguments.ts';
import { dataBody } from './body.ts';
import { dataOf, queriesOf } from './data.ts';
import { headersOf } from './headers.ts';
import { partsOf } from './parts.ts';
import { settingsOf, settingWarnings } from './settings.ts';
import { unreadable } from './unreadable.ts';
import { cleanUrl } from './url.ts';
import { shellWords } from './words.ts';

/** A curl command as it stands in documentation, or as a browser copies it for a POSIX shell. */
export const CurlCommand = z.strictObject({
  curl: z.string().min(1).max(200_000),
  /** Is put into the document, so that it can be sent as it is. */
  authId: AuthId.optional(),
});

/** What a command comes to. */
export const CurlReading = z.object({
  /** What `POST …/http-requests` takes; the auth's id is the caller's to add. */
  document: z.record(z.string(), z.unknown()),
  /** What was left out or read otherwise, each a sentence without any value. */
  warnings: z.array(z.string()),
});
type CurlReading = z.infer<typeof CurlReading>;

type Document = Omit<HttpRequestInput, 'authId'>;

const argumentsOf = (words: readonly string[]): readonly Argument[] => {
  // The prompt of a shell is often copied along.
  const [first, ...rest] = ['$', '%'].includes(words[0] ?? '') ? words.slice(1) : words;
  if (first === undefined || !/^(?:.*\/)?curl(?:\.exe)?$/.test(first))
    throw unreadable('Expected a command that begins with curl.');
  return readArguments(rest);
};

const urlIn = (given: readonly Argument[]): string => {
  const [first, ...more] = given.filter(({ does }) => does === 'url');
  if (!first) throw unreadable('It holds no URL.');
  if ([first, ...more].some(({ value }) => value.startsWith('^')))
    throw unreadable(
      'It is written for cmd.exe, which breaks lines with ^. Have the browser copy it as cURL (bash).',
    );
  if (more.length > 0)
    throw unreadable('It holds several URLs: a document is one call. Quote the URL, or take one.');
  return first.value;
};

/** Headers by name, and as a list where one comes twice. */
const shownHeaders = (headers: Pairs): Pick<Document, 'headers'> => {
  if (headers.length === 0) return {};
  const repeated = new Set(headers.map(([name]) => name.toLowerCase())).size < headers.length;
  return {
    headers: repeated
      ? headers.map(([name, value]): [string, string] => [name, value])
      : Object.fromEntries(headers),
  };
};

interface Content {
  readonly headers: Pairs;
  readonly body?: Document['body'];
  readonly warnings: readonly string[];
}

const without = (headers: Pairs, name: string): Pairs =>
  headers.filter(([known]) => known.toLowerCase() !== name);

/** The headers that curl adds by itself, unless the command says otherwise. */
const addedBy = (given: readonly Argument[], decided: ReadonlySet<string>): Pairs => {
  const json = given.some(({ does }) => does === 'json');
  const packed = given.some(({ does }) => does === 'compressed');
  const added: Pairs = [
    ...(json ? [['Accept', 'application/json'] as const] : []),
    ...(packed ? [['Accept-Encoding', 'gzip, deflate, br'] as const] : []),
  ];
  return added.filter(([name]) => !decided.has(name.toLowerCase()));
};

const contentOf = (given: readonly Argument[], data: string | undefined): Content => {
  const said = headersOf(given);
  const headers = [...said.headers, ...addedBy(given, said.decided)];
  const { any, parts, warnings } = partsOf(given);
  if (any) {
    const body = { kind: 'multipart' as const, parts };
    return { headers: without(headers, 'content-type'), body, warnings: [...said.warnings, ...warnings] };
  }
  if (data === undefined) return { headers, warnings: said.warnings };
  const usual = given.some(({ does }) => does === 'json')
    ? 'application/json'
    : 'application/x-www-form-urlencoded';
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? usual;
  const read = dataBody(data, type);
  const typed = names(headers, 'content-type') ? headers : [...headers, ['Content-Type', type] as const];
  return {
    headers: read.typed ? without(typed, 'content-type') : typed,
    body: read.body,
    warnings: [...said.warnings, ...read.warnings],
  };
};

const methodOf = (given: readonly Argument[], hasBody: boolean): string => {
  const said = given.filter(({ does }) => does === 'method').at(-1)?.value;
  if (said !== undefined) return said;
  if (given.some(({ does }) => does === 'head')) return 'HEAD';
  return hasBody ? 'POST' : 'GET';
};

const mostWarnings = 50;

const stillThere = (document: Document, variables: ReadonlySet<string>): readonly string[] => {
  const text = JSON.stringify(document);
  return [...variables]
    .slice(0, mostWarnings)
    .filter((variable) => text.includes(variable))
    .map(
      (variable) =>
        `${variable} is a variable of your shell and stands here as it was written: put its value there.`,
    );
};

const cutWarning = (cut: string | undefined): readonly string[] =>
  cut === undefined
    ? []
    : [
        `What follows ${cut} was left out: a shell ends the command there. Quote the URL or the body if it belongs to it.`,
      ];

/** The document has to be one that can be sent. What is wrong with it is told without its values. */
const checked = (document: Document): Document => {
  const { error } = HttpRequest.safeParse({ authId: `auth_${'0'.repeat(26)}`, ...document });
  if (!error) return document;
  const [first] = issueDetails(error, 'document');
  throw unreadable(`What it comes to cannot be sent: ${first?.path ?? 'document'}: ${first?.message ?? ''}`);
};

/**
 * Makes the document of a curl command. Nothing is run, read or called. Credentials are left out and told in the warnings.
 * Throws `AppError` 422 `unreadable_curl`.
 */
export const parseCurl = ({ curl, authId }: z.output<typeof CurlCommand>): CurlReading => {
  const { words, variables, cut } = shellWords(curl);
  if (words.some((word) => word.includes('\0')))
    throw unreadable('It holds U+0000, which no command can be given.');
  const given = argumentsOf(words);
  const data = dataOf(given);
  const inQuery = given.some(({ does }) => does === 'get');
  const more = [...queriesOf(given), ...(inQuery && data !== undefined ? data.split('&') : [])];
  const { url, warnings } = cleanUrl(
    urlIn(given),
    more,
    given.some(({ does }) => does === 'globOff'),
  );
  const content = contentOf(given, inQuery ? undefined : data);
  const document = checked({
    method: methodOf(given, content.body !== undefined),
    url,
    ...shownHeaders(content.headers),
    ...(content.body && { body: content.body }),
    ...settingsOf(given),
  });
  return {
    document: { ...(authId !== undefined && { authId }), ...document },
    warnings: [
      ...warnings,
      ...content.warnings,
      ...settingWarnings(given),
      ...cutWarning(cut),
      ...stillThere(document, variables),
    ].slice(0, mostWarnings),
  };
};
