import * as z from 'zod';
import { fill } from '../template.ts';
import { HeaderParams, NamedTemplates, Params, Template as JsonText } from './params.ts';
import type { Ground, Pairs, ProviderRequest, Setting, Values } from './protocol.ts';
import { Unusable } from './unusable.ts';
import { fillUrl, UrlTemplate } from './url-template.ts';

const deepest = 20;
const mostValues = 500;

type JsonIssue = readonly [path: readonly (string | number)[], message: string];

/** What is wrong with the strings of a document; a depth that is refused is told at its place and not gone into. */
const jsonIssues = (value: unknown, path: readonly (string | number)[]): readonly JsonIssue[] => {
  if (path.length > deepest) return [[path, `Expected at most ${String(deepest)} levels.`]];
  if (typeof value === 'string') {
    const { error } = JsonText.safeParse(value);
    return (error?.issues ?? []).map(({ message }) => [path, message]);
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => jsonIssues(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => jsonIssues(item, [...path, name]));
};

/** How many values a document holds; stops when they are too many, so that neither depth nor width costs anything. */
const tooMany = (document: unknown): boolean => {
  let level: readonly unknown[] = [document];
  let count = 0;
  for (let depth = 0; level.length > 0 && depth <= deepest + 1; depth += 1) {
    count += level.length;
    if (count > mostValues) return true;
    level = level.flatMap((value): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
};

const JsonBody = z
  .unknown()
  .refine((value) => !tooMany(value), {
    error: `Expected at most ${String(mostValues)} values.`,
    abort: true,
  })
  .superRefine((value, context) => {
    for (const [path, message] of jsonIssues(value, []))
      context.addIssue({ code: 'custom', path: [...path], message, continue: false });
  })
  .pipe(z.json());
type Json = z.infer<typeof JsonBody>;

/** A request that a builder describes: `{{key}}` may stand anywhere but in names and in the scheme. */
export const describedRequest = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  url: UrlTemplate,
  headers: HeaderParams,
  query: Params,
  /** The body as a form, or as JSON; one of them at the most. Templates are the strings in it. */
  form: NamedTemplates.optional(),
  json: JsonBody.optional(),
};

export const DescribedRequest = z
  .strictObject(describedRequest)
  .refine(({ form, json }) => form === undefined || json === undefined, {
    path: ['json'],
    message: 'A request has one body: say form or json.',
  });
export type DescribedRequest = z.infer<typeof DescribedRequest>;

/** A header of a described request is filled with what no header can carry. The message holds its name, never a value. */
export class UnusableHeader extends Unusable {}

/** Whether a header can carry a value (RFC 9110 §5.5). */
export const fitsHeader = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);

const filledHeader = (name: string, template: string, values: Values): readonly [string, string] => {
  const value = fill(template, values);
  if (!fitsHeader(value)) throw new UnusableHeader(`The header ${name} holds what a header cannot carry.`);
  return [name.toLowerCase(), value];
};

/** Fills the strings of a document. What fills them can add no member: it is put in after parsing. */
const filledJson = (value: Json, values: Values): Json => {
  if (typeof value === 'string') return fill(value, values);
  if (Array.isArray(value)) return value.map((item) => filledJson(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filledJson(item, values)]));
};

const formText = (templates: Values, values: Values): string =>
  new URLSearchParams(
    Object.entries(templates).map(([name, template]): [string, string] => [name, fill(template, values)]),
  ).toString();

const bodyOf = ({ form, json }: DescribedRequest, values: Values) => {
  if (form) return { type: 'application/x-www-form-urlencoded', text: formText(form, values) };
  if (json === undefined) return undefined;
  return { type: 'application/json', text: JSON.stringify(filledJson(json, values)) };
};

/** The query is put together as text: URL's own way would write anew what the builder wrote. */
const filledUrl = (
  { url: template, query }: DescribedRequest,
  { values, urls }: Pick<Ground, 'values' | 'urls'>,
): string => {
  // First as text, so that what is missing is told by its name.
  fill(template, values);
  const url = fillUrl(template, values, urls);
  url.search = [url.search.slice(1), formText(query, values)].filter((part) => part !== '').join('&');
  return url.href;
};

/**
 * Builds a described request; header names come out in lower case. It asks for JSON and names the type of its body
 * unless its own headers say otherwise. Throws `UnfilledPlaceholder`, `UnusableUrl` or `UnusableHeader`.
 */
export const buildDescribed = (
  request: DescribedRequest,
  { values, urls }: Pick<Ground, 'values' | 'urls'>,
): ProviderRequest => {
  const body = bodyOf(request, values);
  const headers = Object.entries(request.headers).map(([name, text]) => filledHeader(name, text, values));
  const defaults: Pairs = [
    ['accept', 'application/json'],
    ...(body ? [['content-type', body.type] as const] : []),
  ];
  return {
    method: request.method,
    url: filledUrl(request, { values, urls }),
    headers: [...defaults.filter(([name]) => !headers.some(([own]) => own === name)), ...headers],
    body: body?.text,
  };
};

type Template = readonly [path: string, text: string];

const below = (path: string, templates: Values | undefined): readonly Template[] =>
  Object.entries(templates ?? {}).map(([name, text]) => [`${path}.${name}`, text] as const);

const inJson = (path: string, value: Json | undefined): readonly Template[] => {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => inJson(`${path}.${name}`, item));
};

/** All templates of a described request that stands at `path` (itself at the root when it is empty). */
export const settingsOf = (
  { url, headers, query, form, json }: DescribedRequest,
  path: string,
  filledFrom: Setting['filledFrom'],
): readonly Setting[] => {
  const at = (place: string) => (path === '' ? place : `${path}.${place}`);
  const texts = [
    ...below('headers', headers),
    ...below('query', query),
    ...below('form', form),
    ...inJson('json', json),
  ];
  return [
    { path: at('url'), text: url, is: 'url', filledFrom },
    ...texts.map(([place, text]) => ({ path: at(place), text, is: 'text' as const, filledFrom })),
  ];
};
