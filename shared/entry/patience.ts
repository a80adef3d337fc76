import type { Context } from 'aws-lambda';
import { AppError } from '../errors.ts';

/** What a function is told of its call. Lambda says nothing when a caller goes away; the local gateway does. */
export type CallContext = Context & { readonly signal?: AbortSignal | undefined };

/** How long a call is worked on. */
export interface Patience {
  /** Aborted when time is up or the caller is gone; its reason is the error to be told. */
  readonly signal: AbortSignal;
  /** Nothing is awaited any more. `gone` when the answer was left unread: what is still under way for it then ends. */
  readonly end: (gone?: boolean) => void;
}

/** Nobody reads this answer, and it is no fault of ours: 499, as many proxies log it. */
const callerGone = () => new AppError(499, 'caller_gone', 'The caller went away before the answer came.');

/** Starts the time of a call. `late` makes the error of when it is up. */
export const startPatience = (
  { signal }: CallContext,
  { milliseconds, late }: { readonly milliseconds: number; readonly late: () => AppError },
): Patience => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(late()), milliseconds);
  const gone = () => {
    // Nobody may be left to end it, and the time of a stream is long.
    clearTimeout(timer);
    controller.abort(callerGone());
  };
  signal?.addEventListener('abort', gone, { once: true });
  if (signal?.aborted) gone();
  return {
    signal: controller.signal,
    end: (left = false) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', gone);
      if (left) gone();
    },
  };
};

/** The error to tell: when a call failed because it was ended here, why it was. */
export const whyEnded = (
  error: unknown,
  { signal }: { readonly signal?: AbortSignal | undefined },
): unknown => {
  const reason: unknown = signal?.reason;
  return signal?.aborted && reason instanceof AppError ? reason : error;
};
