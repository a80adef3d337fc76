import { AppError } from '../../../errors.ts';
import type { Rate } from '../../services/limits.ts';
import type { Scope } from './scope.ts';

const whose: Readonly<Record<Scope['of'], string>> = {
  auth: 'with this auth',
  service: 'with all auths of its service together',
};

const second = 1000;

const tooMany = (code: string, message: string, { of, wait }: { of: string; wait: number }) =>
  new AppError(429, code, `${message} Repeat it after the seconds that Retry-After says.`, {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(wait / second))) },
    details: [{ path: `limits.${of}`, message: 'This limit of the service has refused the call.' }],
  });

/** 429 `rate_limited`: so many calls were made. `wait` is how long until there are more, in milliseconds. */
export const rateLimited = (of: Scope['of'], { calls, seconds }: Rate, wait: number): AppError =>
  tooMany(
    'rate_limited',
    `The service allows ${String(calls)} calls in ${String(seconds)} seconds ${whose[of]}. This one was not sent.`,
    { of: `${of}.rate`, wait },
  );

/** 429 `too_many_calls`: so many are under way. */
export const tooManyCalls = (of: Scope['of'], most: number): AppError =>
  tooMany(
    'too_many_calls',
    `There can be ${String(most)} calls at once ${whose[of]}. This one was not sent.`,
    { of: `${of}.concurrency`, wait: second },
  );

/** How long a refusal by our own limits asks to wait; undefined for any other error. Such a call was not sent. Milliseconds. */
export const waitAsked = (error: unknown): number | undefined =>
  error instanceof AppError && (error.code === 'rate_limited' || error.code === 'too_many_calls')
    ? Number(error.headers['retry-after']) * second
    : undefined;
