import type { CallOptions } from '#shared/domain/proxy/options.ts';
import { AppError } from '#shared/errors.ts';
import type { Settings } from '#shared/settings.ts';

/** How long a way to the proxy leaves a service to begin its answer, in milliseconds, and what is told when that was too short. */
export interface TimeLimit {
  readonly unlessAsked: number;
  readonly most: number;
  readonly advice: (settings: Settings) => string;
}

/** API Gateway ends a call after 30 seconds: some of them are for what happens before and after. */
export const apiLimit: TimeLimit = {
  unlessAsked: 25_000,
  most: 28_000,
  advice: ({ streamingUrl = 'the streaming URL of the deployment' }) =>
    `The API waits 30 seconds at the most: for more send the same call to ${streamingUrl}.`,
};

/** Lambda ends a function after 15 minutes; some seconds are left to tell of it. A caller who wants less asks, or goes away. */
export const streamingLimit: TimeLimit = {
  unlessAsked: 890_000,
  most: 890_000,
  advice: () => 'Latchkey-Timeout says how many seconds it has, 890 at the most.',
};

/** The options with the time that the call has, by this way. */
export const withinLimit = ({ unlessAsked, most }: TimeLimit, options: CallOptions): CallOptions => ({
  ...options,
  timeoutMilliseconds: Math.min(options.timeoutMilliseconds ?? unlessAsked, most),
});

/** The error of a call, with what to do about it where its time was over. */
export const withAdvice = ({ advice }: TimeLimit, settings: Settings, error: unknown): unknown =>
  error instanceof AppError && error.code === 'upstream_timeout'
    ? new AppError(error.status, error.code, `${error.message} ${advice(settings)}`)
    : error;
