import type { Deps } from '../../ports.ts';
import { tellClientRejected } from '../services/client-rejected.ts';
import type { ServiceInUse } from '../services/current.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import type { Attempt, Auth } from './auth.ts';
import type { Outcome } from './attempt.ts';
import { AuthRecovered, AuthRefreshFailed, tell } from './events.ts';
import { causeOfRefusal, over } from './over.ts';
import { umbrellaOf } from './risk.ts';
import { setAsideCode } from './set-aside.ts';
import { backoff, retryAfter } from './timing.ts';

type Failure = Exclude<Outcome, { kind: 'renewed' }>;

interface FailInput {
  readonly attempt: Attempt;
  readonly service: ServiceInUse;
  readonly failure: Failure;
}

/** A number between 0 and 1 that nobody can foretell. */
export const chance = ({ random }: Deps): number => Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;

/** The auth after a failure that may pass: it serves the token that it has and is tried again later. */
const failing = (deps: Deps, auth: Auth, failure: Extract<Failure, { code: string }>): Auth => {
  const now = deps.clock.now();
  const count = (auth.failure?.count ?? 0) + 1;
  const floor = 'retryAfter' in failure ? retryAfter(failure.retryAfter, now) : 0;
  const news = auth.state === 'active' ? [tell(deps, AuthRefreshFailed, auth, { code: failure.code })] : [];
  return {
    ...auth,
    state: 'failing',
    failure: { code: failure.code, at: now, count },
    refreshAt: now + backoff(count, chance(deps), floor),
    outbox: [...auth.outbox, ...news],
  };
};

/** An auth whose token has nothing to be renewed with: sound while the token lasts, over afterwards. */
const withoutRefreshToken = (deps: Deps, auth: Auth): Auth => {
  const { accessExpiresAt } = auth.credential;
  if (accessExpiresAt === undefined || accessExpiresAt > deps.clock.now()) {
    const sound = { ...auth, attempt: undefined, refreshAt: accessExpiresAt };
    if (auth.failure?.code !== setAsideCode) return sound;
    const outbox = [...auth.outbox, tell(deps, AuthRecovered, auth, {})];
    return { ...sound, state: 'active', failure: undefined, outbox };
  }
  return over(deps, auth, { cause: 'absolute_limit', code: 'no_refresh_token', umbrella: undefined });
};

/** Writes down what came of a try that did not renew. Nothing happens when somebody else has renewed meanwhile. */
export const failRenewal = async (
  deps: Deps,
  ref: AuthRef,
  { attempt, service, failure }: FailInput,
): Promise<Auth | undefined> => {
  if (failure.kind === 'client') await tellClientRejected(deps, service, failure.code);
  const umbrella = failure.kind === 'terminal' ? await umbrellaOf(deps, service) : undefined;
  return amendAuth(deps, ref, (found) => {
    if (found.attempt?.id !== attempt.id || (found.credential.lineage ?? '') !== attempt.spends)
      return undefined;
    // There is an outcome, whichever: what set the auth aside is over.
    const auth = { ...found, setAsideAt: undefined };
    switch (failure.kind) {
      case 'terminal':
        return over(deps, auth, {
          cause: causeOfRefusal(auth, deps.clock.now()),
          code: failure.code,
          umbrella,
        });
      case 'nothing_to_renew_with':
        return withoutRefreshToken(deps, auth);
      case 'unknown':
        return { ...failing(deps, auth, failure), attempt: { ...attempt, until: 0 } };
      case 'client':
      case 'transient':
        return {
          ...failing(deps, auth, failure),
          attempt: attempt.again ? { ...attempt, until: 0 } : undefined,
        };
    }
  });
};
