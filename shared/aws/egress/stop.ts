import { HttpFailure, type OutgoingRequest } from '#shared/ports.ts';

/** The one thing that can end a call early: its time is up, or its caller wants no more of it. */
export interface Stop {
  readonly signal: AbortSignal;
  /** Why it was stopped, as a failure; undefined while it was not. */
  readonly failure: (sent: boolean) => HttpFailure | undefined;
  /** The headers are in: from now on only the caller's own signal counts. */
  readonly answered: () => void;
  /** The call is over. */
  readonly release: () => void;
}

/** Starts the clock of a call. */
export const startStop = ({ timeoutMilliseconds, signal }: OutgoingRequest): Stop => {
  const controller = new AbortController();
  let reason: 'timeout' | 'aborted' | undefined;
  const stop = (why: 'timeout' | 'aborted') => {
    reason ??= why;
    controller.abort();
  };
  const abort = () => stop('aborted');
  const timer = setTimeout(() => stop('timeout'), timeoutMilliseconds);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  const answered = () => clearTimeout(timer);
  return {
    signal: controller.signal,
    failure: (sent) => (reason === undefined ? undefined : new HttpFailure(reason, sent)),
    answered,
    release: () => {
      answered();
      signal?.removeEventListener('abort', abort);
    },
  };
};
