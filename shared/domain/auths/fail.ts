import type { Deps } from '../../ports.ts';
import { chance } from '../chance.ts';
import { tellClientRejected } from '../services/client-rejected.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Standing } from '../breaker/admit.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import type { Attempt, Auth } from './auth.ts';
import type { Judged } from './attempt.ts';
import { AuthRecovered, AuthRefreshFailed, tell } from './events.ts';
import { causeOfRefusal } from './cause.ts';
import { over } from './over.ts';
import { umbrellaOf } from './risk.ts';
import { refusalCode } from './tested.ts';
import { backoff, endsSoon, retryAfter } from './timing.ts';

type Failure = Exclude<Judged, { kind: 'renewed' }>;

/** Over so long those that wait for a provider are spread when it is tried again. Milliseconds. */
const longestQueue = 120_000;

/** Those that meet a try under way look again when it is likely to be over. Milliseconds. */
const soon = { least: 30_000, most: 90_000 };

/** What is told of a failure that may pass. */
interface Passing {
  readonly kind: 'client' | 'transient' | 'unknown' | 'terminal';
  readonly code: string;
  readonly description?: string | undefined;
  readonly retryAfter?: string | undefined;
  readonly standing?: Standing | undefined;
}

interface FailInput {
  readonly attempt: Attempt;
  readonly service: ServiceInUse;
  readonly failure: Failure;
}

/** A time after a breaker's next probe at which not all that wait come at once. */
const afterProbe = (deps: Deps, probeAt: number): number => probeAt + Math.ceil(chance(deps) * longestQueue);

const failing = (deps: Deps, auth: Auth, failure: NonNullable<Auth['failure']>): Auth => {
  const { code, description = null } = failure;
  const news = auth.state === 'active' ? [tell(deps, AuthRefreshFailed, auth, { code, description })] : [];
  return {
    ...auth,
    // One that is given up stays so until its late token has proved itself.
    state: auth.state === 'needs_reconnect' ? auth.state : 'failing',
    failure,
    outbox: [...auth.outbox, ...news],
  };
};

/** When an auth that was called for in vain is tried again. */
const nextTry = (deps: Deps, count: number, { retryAfter: asked, standing }: Passing): number => {
  const now = deps.clock.now();
  const floor = retryAfter(asked, now);
  if (standing?.pausedUntil !== undefined)
    return Math.max(afterProbe(deps, standing.pausedUntil), now + floor);
  // The provider has answered nobody since: it is likely to be out, and when it is back the auth is not to wait for an hour.
  const steps = (standing?.inARow ?? 1) > 1 ? Math.min(count, 2) : count;
  return now + backoff(steps, chance(deps), floor);
};

/**
 * The auth after a failure that may pass: it serves the token that it has and is tried again later. Where the application is at
 * fault, that is told of the service, and of the auth only when its token ends.
 */
const triedInVain = (deps: Deps, auth: Auth, failure: Passing): Auth => {
  const { kind, code, description, standing } = failure;
  const now = deps.clock.now();
  const before = auth.failure?.count ?? 0;
  // While the breaker is open it is the provider that fails, whichever auth tries.
  const count = standing?.pausedUntil === undefined ? before + 1 : Math.max(before, 1);
  const last = { code, description, at: now, count };
  return {
    ...(kind === 'client' && !endsSoon(auth.credential, now)
      ? { ...auth, failure: last }
      : failing(deps, auth, last)),
    refreshAt: nextTry(deps, count, failure),
  };
};

/** The auth while its provider is not called for anybody: it waits, and fails only when its token ends meanwhile. */
const waiting = (
  deps: Deps,
  auth: Auth,
  { code, until, trying }: Extract<Failure, { kind: 'paused' }>,
): Auth => {
  const now = deps.clock.now();
  const failure = { code, at: now, count: auth.failure?.count ?? 1 };
  const again = now + soon.least + Math.ceil(chance(deps) * (soon.most - soon.least));
  return {
    ...(endsSoon(auth.credential, now) ? failing(deps, auth, failure) : auth),
    refreshAt: trying ? Math.min(again, afterProbe(deps, until)) : afterProbe(deps, until),
  };
};

/** An auth whose token has nothing to be renewed with: sound while the token lasts, over afterwards. */
const withoutRefreshToken = (deps: Deps, auth: Auth): Auth => {
  const { accessExpiresAt } = auth.credential;
  if (accessExpiresAt === undefined || accessExpiresAt > deps.clock.now()) {
    const sound = { ...auth, attempt: undefined, refreshAt: accessExpiresAt };
    // What failed before is over; only that the service refused it in the daily test is not disproved by this.
    if (auth.state !== 'failing' || auth.failure?.code === refusalCode) return sound;
    const outbox = [...auth.outbox, tell(deps, AuthRecovered, auth, {})];
    return { ...sound, state: 'active', failure: undefined, outbox };
  }
  return over(deps, auth, { cause: 'absolute_limit', code: 'no_refresh_token', umbrella: undefined });
};

/** Nothing was spent by this try; the outcome of one before may still not be known. */
const openIntent = (attempt: Attempt): Attempt | undefined =>
  attempt.again ? { ...attempt, until: 0 } : undefined;

/** Writes down what came of a try that did not renew. Nothing happens when somebody else has renewed meanwhile. */
export const failRenewal = async (
  deps: Deps,
  ref: AuthRef,
  { attempt, service, failure }: FailInput,
): Promise<Auth | undefined> => {
  if (failure.kind === 'client') await tellClientRejected(deps, service, failure);
  const umbrella = failure.kind === 'terminal' ? await umbrellaOf(deps, service) : undefined;
  return amendAuth(deps, ref, (found) => {
    if (found.state === 'deleting') return undefined;
    if (found.attempt?.id !== attempt.id || (found.credential.lineage ?? '') !== attempt.spends)
      return undefined;
    // There is an outcome, whichever: what set the auth aside is over.
    const auth = { ...found, setAsideAt: undefined };
    switch (failure.kind) {
      case 'terminal':
        return over(deps, auth, {
          cause: causeOfRefusal(auth, service, deps.clock.now()),
          code: failure.code,
          description: failure.description,
          umbrella,
        });
      case 'nothing_to_renew_with':
        return withoutRefreshToken(deps, auth);
      case 'unknown':
        return { ...triedInVain(deps, auth, failure), attempt: { ...attempt, until: 0 } };
      case 'client':
      case 'transient':
        return { ...triedInVain(deps, auth, failure), attempt: openIntent(attempt) };
      case 'paused':
        return { ...waiting(deps, auth, failure), attempt: openIntent(attempt) };
    }
  });
};
