import type { ProxyAnswer } from '../proxy/call.ts';
import type { HttpAnswer } from './answer.ts';
import { readExactJson } from './read-json.ts';

type Shown = Pick<HttpAnswer, 'bodyKind' | 'body'>;

const textual =
  /^(?:text\/.*|application\/(?:.*\+)?(?:json|xml|yaml|x-yaml|javascript|graphql|x-www-form-urlencoded|x-ndjson|ndjson|jsonl|jwt|sql|toml)|image\/svg\+xml)$/;

const asBase64 = (bytes: Uint8Array): Shown => ({
  bodyKind: 'base64',
  body: Buffer.from(bytes).toString('base64'),
});

/** The text of an answer; undefined where it is not in the encoding that it says, or in one that nobody knows. */
const decoded = (bytes: Uint8Array, charset: string): string | undefined => {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const typeOf = (value: string) => ({
  type: (value.split(';')[0] ?? '').trim().toLowerCase(),
  charset: /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(value)?.[1] ?? 'utf-8',
});

/** A body by its type: JSON as a value, text as text, and everything else, or what is not what it says, as base 64. */
const parsed = (bytes: Uint8Array, headers: HttpAnswer['headers']): Shown => {
  if (bytes.byteLength === 0) return { bodyKind: 'none', body: null };
  const { type, charset } = typeOf(headers['content-type'] ?? 'text/plain');
  const packed = !['', 'identity'].includes((headers['content-encoding'] ?? '').trim().toLowerCase());
  const text = packed || !textual.test(type) ? undefined : decoded(bytes, charset);
  if (text === undefined) return asBase64(bytes);
  const json = /[/+]json$/.test(type) ? readExactJson(text.replace(/^\ufeff/, '')) : undefined;
  return json ? { bodyKind: 'json', body: json.value } : { bodyKind: 'text', body: text };
};

const byName = (headers: ProxyAnswer['headers']): HttpAnswer['headers'] => {
  const all = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = all.get(name.toLowerCase());
    all.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(all);
};

/** An answer as the document form shows it: its body read by its type, or as it came. */
export const readAnswer = (
  { status, headers }: Pick<ProxyAnswer, 'status' | 'headers'>,
  bytes: Uint8Array,
  answer: 'parsed' | 'raw',
): HttpAnswer => {
  const named = byName(headers);
  if (answer === 'parsed') return { status, headers: named, ...parsed(bytes, named) };
  const rawHeaders = headers.map(([name, value]): [string, string] => [name, value]);
  return { status, headers: named, rawHeaders, ...asBase64(bytes) };
};
