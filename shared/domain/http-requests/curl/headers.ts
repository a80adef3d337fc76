import { onwardHeaders } from '../../proxy/headers.ts';
import { names, type Pairs } from '../pairs.ts';
import type { Argument } from './arguments.ts';
import { isCredentialHeader } from './credentials.ts';
import { unreadable } from './unreadable.ts';

/** The headers of a command that a document may hold, and what was left out. */
interface CommandHeaders {
  readonly headers: Pairs;
  /** Names, in lower case, that the command sets or takes away itself. */
  readonly decided: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

interface Said {
  readonly name: string;
  /** Undefined where the header is taken away. */
  readonly value: string | undefined;
}

const noHeader = 'Something that -H gives is no header, and was left out.';

/** `Name: value`; `Name;` is one without a value, and `Name:` takes one away that curl would set itself. */
const said = (text: string): Said | undefined => {
  if (text.startsWith('@'))
    throw unreadable('Files are not read here: write the headers of -H @… into the command.');
  const [, name = '', mark, rest = ''] = /^([^:;]+)([:;])([\s\S]*)$/.exec(text) ?? [];
  if (mark === undefined) return undefined;
  if (mark === ';') return rest.trim() === '' ? { name: name.trim(), value: '' } : undefined;
  return { name: name.trim(), value: rest.trim() === '' ? undefined : rest.trim() };
};

const byOption: Readonly<Record<string, string>> = { userAgent: 'User-Agent', referrer: 'Referer' };

const saidBy = ({ does, value }: Argument): Said | undefined => {
  if (does === 'header') return said(value);
  if (does === 'range') return { name: 'Range', value: `bytes=${value}` };
  const name = byOption[does];
  // `;auto` behind a referrer is for curl itself.
  return name === undefined || value === '' ? undefined : { name, value: value.replace(/;auto$/, '') };
};

const mostHeaders = 200;
const sets = ['header', 'range', 'userAgent', 'referrer'];

const warningsOf = (left: Pairs, keys: Pairs): readonly string[] => [
  ...left.map(([name]) => `The header ${name} was left out: it is written by whoever sends.`),
  ...keys.map(
    ([name]) => `The header ${name} was left out: it reads like a credential, and the auth brings its own.`,
  ),
];

/** Reads the headers of a command. Throws `AppError` 422 `unreadable_curl`. */
export const headersOf = (given: readonly Argument[]): CommandHeaders => {
  const all = given.filter(({ does }) => sets.includes(does));
  if (all.length > mostHeaders) throw unreadable(`It has more than ${String(mostHeaders)} headers.`);
  const read = all.map(saidBy);
  const known = read.filter((one) => one !== undefined);
  const pairs: Pairs = known.flatMap(({ name, value }) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const keys = pairs.filter(([name]) => isCredentialHeader(name));
  const harmless = pairs.filter(([name]) => !isCredentialHeader(name));
  const headers = onwardHeaders(harmless);
  const left = harmless.filter(([name]) => !names(headers, name.toLowerCase()));
  const broken = all.some(({ does }, index) => does === 'header' && read[index] === undefined);
  return {
    headers,
    decided: new Set(known.map(({ name }) => name.toLowerCase())),
    warnings: [...warningsOf(left, keys), ...(broken ? [noHeader] : [])],
  };
};
