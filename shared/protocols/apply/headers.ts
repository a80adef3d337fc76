import type { Pairs } from '../protocol.ts';
import { UnusableCredential, without, type PlacedRequest } from './placed-request.ts';

/** What no header can carry (RFC 9110 §5.5), and what user name and password must not hold (RFC 7617 §2). */
const unsafe = { text: /[^\t\x20-\x7e\x80-\xff]/, encoded: /\p{Cc}/u };

/** RFC 6265 §4.1.1. */
const cookieValue = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

const carried = (value: string, pattern: RegExp): string => {
  if (pattern.test(value))
    throw new UnusableCredential('A part of the credential holds characters that a header cannot carry.');
  return value;
};

/** The value of an `Authorization` header from `user:password` (RFC 7617). */
export const basic = (value: string): string =>
  `Basic ${Buffer.from(carried(value, unsafe.encoded)).toString('base64')}`;

/** Puts headers on a request: they replace those that the caller sent under these names. */
export const withHeaders = (request: PlacedRequest, headers: Pairs): PlacedRequest => {
  const set = headers.map(([name, value]): [string, string] => [
    name.toLowerCase(),
    carried(value, unsafe.text),
  ]);
  return { ...request, headers: [...without(request.headers, new Set(set.map(([name]) => name))), ...set] };
};

const cookiesIn = (headers: Pairs): readonly string[] =>
  headers
    .filter(([name]) => name.toLowerCase() === 'cookie')
    .flatMap(([, value]) => value.split(';'))
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '');

/** Puts cookies among those that the caller sends, in one header (RFC 6265 §5.4); those of the same names are replaced. */
export const withCookies = (request: PlacedRequest, cookies: Pairs): PlacedRequest => {
  if (cookies.length === 0) return request;
  if (!cookies.every(([, value]) => cookieValue.test(value)))
    throw new UnusableCredential('A part of the credential holds characters that a cookie cannot carry.');
  const names = new Set(cookies.map(([name]) => name));
  const kept = cookiesIn(request.headers).filter((cookie) => !names.has((cookie.split('=')[0] ?? '').trim()));
  const all = [...kept, ...cookies.map(([name, value]) => `${name}=${value}`)];
  return {
    ...request,
    headers: [...without(request.headers, new Set(['cookie'])), ['cookie', all.join('; ')]],
  };
};
