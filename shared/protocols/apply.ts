import * as z from 'zod';
import { fill } from '../template.ts';

const headerName = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

/** Where one part of a credential goes. A parameter without a stated place is a query parameter (R29). */
export const Applied = z
  .strictObject({
    in: z.enum(['query', 'header', 'cookie', 'basic']).default('query'),
    name: z.string().min(1).max(200).optional(),
    value: z.string().min(1).max(2000),
  })
  .refine((rule) => rule.in === 'basic' || rule.name !== undefined, {
    path: ['name'],
    message: 'A name is needed for every place but basic.',
  })
  .refine((rule) => (rule.in !== 'header' && rule.in !== 'cookie') || headerName.test(rule.name ?? ''), {
    path: ['name'],
    message: 'Expected the characters that a header or cookie name may hold (RFC 9110 §5.6.2).',
  });
export type Applied = z.infer<typeof Applied>;

/** RFC 6750 §2.1, for services of OAuth 2 that say nothing else. */
export const bearer: Applied = { in: 'header', name: 'Authorization', value: 'Bearer {{access_token}}' };

/** What is put on a request: header and query pairs that replace whatever the caller sent under those names. */
export interface AppliedCredential {
  readonly headers: readonly (readonly [string, string])[];
  readonly query: readonly (readonly [string, string])[];
}

/** What no header can carry (RFC 9110 §5.5), and what user name and password must not hold (RFC 7617 §2). */
const unsafe = { text: /[^\t\x20-\x7e\x80-\xff]/, encoded: /\p{Cc}/u };

/** A value of a credential that no header can carry. */
export class UnusableCredential extends Error {}

const headerOf = ({ in: place, name = '' }: Applied, value: string): readonly [string, string] => {
  if ((place === 'basic' ? unsafe.encoded : unsafe.text).test(value))
    throw new UnusableCredential('A part of the credential holds characters that a header cannot carry.');
  if (place === 'cookie') return ['cookie', `${name}=${value}`];
  if (place === 'basic') return ['authorization', `Basic ${Buffer.from(value).toString('base64')}`];
  return [name.toLowerCase(), value];
};

/** Several cookies go out in one header (RFC 6265 §5.4). */
const oneCookieHeader = (headers: AppliedCredential['headers']): AppliedCredential['headers'] => {
  const cookies = headers.filter(([name]) => name === 'cookie').map(([, value]) => value);
  const others = headers.filter(([name]) => name !== 'cookie');
  return cookies.length === 0 ? others : [...others, ['cookie', cookies.join('; ')]];
};

/** Fills the rules of a service with the values of a credential. Throws `UnfilledPlaceholder` or `UnusableCredential`. */
export const applyCredential = (
  rules: readonly Applied[],
  values: Readonly<Record<string, string>>,
): AppliedCredential => {
  const filled = rules.map((rule) => ({ rule, value: fill(rule.value, values) }));
  return {
    headers: oneCookieHeader(
      filled.filter(({ rule }) => rule.in !== 'query').map(({ rule, value }) => headerOf(rule, value)),
    ),
    query: filled
      .filter(({ rule }) => rule.in === 'query')
      .map(({ rule, value }) => [rule.name ?? '', value]),
  };
};
