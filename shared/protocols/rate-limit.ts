import * as z from 'zod';
import { httpToken } from './http-token.ts';
import type { Pairs } from './protocol.ts';

const HeaderName = z
  .string()
  .max(100)
  .regex(httpToken, 'Expected the name of a header, such as X-RateLimit-Reset.');

/** By which headers a provider tells its limits, besides `Retry-After` (RFC 9110 §10.2.3), which counts first. */
export const RateLimit = z
  .strictObject({
    /** The moment from which on calls are taken again: since 1970 in `unit`, or a date. */
    at: HeaderName.optional(),
    /** How long it is until then: in `unit`, or with units of its own, such as `1m30s` or `20ms`. */
    after: HeaderName.optional(),
    /** How many calls are left. As long as there are some, `at` and `after` say nothing of why a call was refused. */
    remaining: HeaderName.optional(),
    unit: z.enum(['seconds', 'milliseconds']).default('seconds'),
    /** The statuses that, like 429, say that the limit is reached when no call is left, or where there is a `Retry-After`. */
    statuses: z.array(z.int().min(400).max(499)).min(1).max(10).default([403]),
  })
  .refine(
    ({ at, after }) => at !== undefined || after !== undefined,
    'Say which header tells when calls are taken again: at or after.',
  );
export type RateLimit = z.infer<typeof RateLimit>;

const inUnit = { seconds: 1000, milliseconds: 1 } as const;
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const spelled = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** `6m0s`, `1.5s`, `20ms`; undefined for anything else. */
const duration = (text: string): number | undefined =>
  spelled.test(text)
    ? [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)].reduce(
        (sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? 0),
        0,
      )
    : undefined;

/** A number written in digits; undefined for anything else, such as an empty text. */
const numeral = (text: string): number | undefined =>
  /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;

const headerOf = (headers: Pairs, wanted: string | undefined): string | undefined =>
  wanted === undefined
    ? undefined
    : headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1].trim();

/** The moment that a header tells; undefined when it cannot be read. Milliseconds since 1970. */
const momentOf = (text: string, unit: RateLimit['unit']): number | undefined => {
  const count = numeral(text);
  const moment = count === undefined ? Date.parse(text) : count * inUnit[unit];
  return Number.isFinite(moment) ? moment : undefined;
};

interface Answered {
  readonly status: number;
  readonly headers: Pairs;
}

/** Whether an answer says that no call is left. */
const exhausted = ({ headers }: Answered, { remaining }: RateLimit): boolean => {
  const left = numeral(headerOf(headers, remaining) ?? '');
  return left !== undefined && left <= 0;
};

/** Whether an answer of another status than 429 says that the limit is reached, such as GitHub's 403. */
export const limitReached = (answer: Answered, limit: RateLimit | undefined): boolean =>
  limit !== undefined &&
  limit.statuses.includes(answer.status) &&
  (exhausted(answer, limit) || headerOf(answer.headers, 'retry-after') !== undefined);

/** How long a provider asks to be left alone by headers of its own; 0 when they say nothing. Milliseconds. */
export const restAsked = (answer: Answered, limit: RateLimit | undefined, now: number): number => {
  if (!limit || (limit.remaining !== undefined && !exhausted(answer, limit))) return 0;
  const after = headerOf(answer.headers, limit.after);
  const at = headerOf(answer.headers, limit.at);
  const count = after === undefined ? undefined : numeral(after);
  const told = count === undefined ? duration(after ?? '') : count * inUnit[limit.unit];
  const moment = at === undefined ? undefined : momentOf(at, limit.unit);
  return Math.max(0, told ?? (moment === undefined ? 0 : moment - now));
};
