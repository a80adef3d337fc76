import { HttpFailure, type Deps, type IncomingResponse } from '../../ports.ts';
import { limitReached, restAsked, type RateLimit } from '../../protocols/rate-limit.ts';
import { retriedStatuses } from '../../protocols/retries.ts';
import { retryAfter } from '../auths/timing.ts';
import { chance } from '../chance.ts';
import { discard } from '../discard.ts';
import type { ServiceInUse } from '../services/current.ts';
import { harmless } from './harmless.ts';
import { waitAsked } from './limits/refusal.ts';
import { repeatable } from './repeatable.ts';
import { rest } from './rest.ts';
import type { Outgoing } from './send.ts';

/** A pause without a time named is at most so long: half a second, and twice as long each time. */
const longestPause = (tries: number): number => Math.min(8000, 500 * 2 ** (tries - 1));

/** With less time than this left, another try is none. Milliseconds. */
const shortestTry = 250;

interface RetryInput {
  readonly service: ServiceInUse;
  readonly outgoing: Outgoing;
  /** When the call must have its answer. Milliseconds since 1970. */
  readonly until: number;
}

/** How a try ended: in an answer, or in none. */
type Ended<T extends IncomingResponse> =
  { readonly kind: 'answered'; readonly answer: T } | { readonly kind: 'failed'; readonly error: unknown };

/** Whether a failure is of the moment. What was certainly not received may be sent again, whatever it is. */
const passing = (error: unknown, outgoing: Outgoing): boolean =>
  error instanceof HttpFailure &&
  (error.sent
    ? error.reason === 'reset' && harmless(outgoing)
    : ['connect', 'dns', 'reset', 'timeout'].includes(error.reason));

const floorOf = (
  { headers, status }: IncomingResponse,
  limit: RateLimit | undefined,
  now: number,
): number => {
  const asked = headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  return asked === undefined ? restAsked({ status, headers }, limit, now) : retryAfter(asked, now);
};

/** How long the other side asks to be left alone, if sending once more may help at all; otherwise undefined. Milliseconds. */
const floorAfter = <T extends IncomingResponse>(
  ended: Ended<T>,
  { service: { definition }, outgoing }: RetryInput,
  now: number,
): number | undefined => {
  if (ended.kind === 'failed')
    return waitAsked(ended.error) ?? (passing(ended.error, outgoing) ? 0 : undefined);
  const { answer } = ended;
  const { retries, rateLimit } = definition;
  const statuses = retries?.statuses ?? retriedStatuses;
  const worthwhile = statuses.includes(answer.status) || limitReached(answer, rateLimit);
  return worthwhile && harmless(outgoing) ? floorOf(answer, rateLimit, now) : undefined;
};

/**
 * How long to rest before the next try: what is asked for and, by full jitter, more; undefined when it does not fit into the
 * time of the call. Milliseconds.
 */
const restOf = (deps: Deps, { until }: RetryInput, { floor, tries }: { floor: number; tries: number }) => {
  const most = until - deps.clock.now() - shortestTry;
  return floor > most ? undefined : Math.min(most, floor + Math.round(chance(deps) * longestPause(tries)));
};

const settle = <T extends IncomingResponse>(work: Promise<T>): Promise<Ended<T>> =>
  work.then(
    (answer) => ({ kind: 'answered', answer }),
    (error: unknown) => ({ kind: 'failed', error }),
  );

/** An answer, and how often the call was sent for it. */
export type Tried<T> = T & { readonly tries: number };

/**
 * Sends a call again while that may help and the caller or the service wants it: when the other side is busy or was not
 * reached, or our own limits refused it. Waits as long as it is asked to; where that does not fit into the time of the call, the answer stands. An answer
 * to a call that must not be made twice stands, too. Rejects as the last try does.
 */
export const withRetries = async <T extends IncomingResponse>(
  deps: Deps,
  input: RetryInput,
  send: () => Promise<T>,
): Promise<Tried<T>> => {
  const { service, outgoing } = input;
  const wanted = outgoing.options?.retries ?? service.definition.retries?.most ?? 0;
  const most = repeatable(outgoing.body) ? wanted : 0;
  for (let tries = 1; ; tries += 1) {
    const ended = await settle(send());
    const floor = tries > most ? undefined : floorAfter(ended, input, deps.clock.now());
    const pause = floor === undefined ? undefined : restOf(deps, input, { floor, tries });
    if (pause === undefined) {
      if (ended.kind === 'failed') throw ended.error;
      return { ...ended.answer, tries };
    }
    if (ended.kind === 'answered') await discard(ended.answer);
    await rest(deps, pause, outgoing.signal);
  }
};
