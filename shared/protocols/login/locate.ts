import * as z from 'zod';
import { valueAt } from '../answer-path.ts';
import type { ProviderAnswer } from '../protocol.ts';
import type { Located } from './definition.ts';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isForm = /^\s*application\/x-www-form-urlencoded\b/i;

/** What an answer's body holds; undefined when it is neither JSON nor a form. */
export const content = ({ body, contentType }: ProviderAnswer): unknown =>
  isForm.test(contentType) ? Object.fromEntries(new URLSearchParams(body)) : parsed(body);

const wholeBody = (body: string): string => {
  const text = body.trim();
  const value = text.startsWith('"') ? parsed(text) : undefined;
  return typeof value === 'string' ? value : text;
};

const headers = (answer: ProviderAnswer, name: string): readonly string[] =>
  (answer.headers ?? []).filter(([own]) => own === name.toLowerCase()).map(([, value]) => value);

/** A cookie's name and value (RFC 6265 §5.2): all up to the first semicolon, parted at the first equals sign. */
const cookie = (line: string): readonly [string, string] => {
  const pair = line.slice(0, line.includes(';') ? line.indexOf(';') : undefined);
  const at = pair.indexOf('=');
  return at < 0 ? ['', ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
};

/** A cookie that an answer sets twice has its last value; an empty one is how another was taken back. */
const cookieValue = (answer: ProviderAnswer, name: string): string | undefined =>
  headers(answer, 'set-cookie')
    .map(cookie)
    .findLast(([own, value]) => own === name && value !== '')?.[1];

/** What stands at a place of an answer; undefined when nothing does. */
export const located = (answer: ProviderAnswer, place: Located): unknown => {
  if (typeof place === 'string') return valueAt(content(answer), place);
  if ('header' in place) return headers(answer, place.header)[0]?.trim();
  if ('cookie' in place) return cookieValue(answer, place.cookie);
  return wholeBody(answer.body);
};

const Text = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .pipe(z.string().min(1).max(65_536));

/** The same as a text: numbers and booleans are written out, and what is empty or no single value is not there. */
export const locatedText = (answer: ProviderAnswer, place: Located): string | undefined =>
  Text.safeParse(located(answer, place)).data;

/** The lower-case names of the headers in which something stands. */
export const headersOf = (places: readonly Located[]): readonly string[] => [
  ...new Set(
    places.flatMap((place) => {
      if (typeof place === 'string' || 'body' in place) return [];
      return 'header' in place ? [place.header.toLowerCase()] : ['set-cookie'];
    }),
  ),
];
