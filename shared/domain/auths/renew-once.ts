import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Refusal } from '../../protocols/protocol.ts';
import { replaceAndTell } from '../outbox.ts';
import { clientAccepted } from '../services/client-rejected.ts';
import { currentService } from '../services/current.ts';
import { tieOf } from '../services/edit-effect.ts';
import { amendAuth } from './amend.ts';
import { newAttempt, renewUnderLease, type Outcome, type Spend } from './attempt.ts';
import { auths, type Attempt, type Auth } from './auth.ts';
import { commitRenewal } from './commit.ts';
import { failRenewal } from './fail.ts';
import { onTrial } from './on-trial.ts';
import { over } from './over.ts';
import { forgetIfGone, recover } from './recover.ts';
import { retryAfter } from './timing.ts';

const refOf = ({ organizationId, id: authId }: Auth) => ({ organizationId, authId });

/** The lease once more, under a new intent. Undefined when it is another's by now. */
const leaseAgain = async (deps: Deps, { auth, attempt }: Spend): Promise<Attempt | undefined> => {
  const again = newAttempt(deps, auth);
  const held = await amendAuth(deps, refOf(auth), (current) =>
    current.attempt?.id === attempt.id && current.state !== 'deleting'
      ? { ...current, attempt: again }
      : undefined,
  );
  return held && again;
};

/** Whether the provider has asked to wait, and waiting costs nothing: it rotates no refresh token. */
const canWait = ({ retryAfter: asked }: Pick<Refusal, 'retryAfter'>, grace: number, now: number): boolean =>
  grace === Infinity && retryAfter(asked, now) > 0;

/**
 * Spends the refresh token, and once more where the answer was lost and the provider still takes it: later may be too late, and
 * nobody need be told.
 */
const spend = async (deps: Deps, first: Spend): Promise<{ attempt: Attempt; outcome: Outcome }> => {
  const { graceMilliseconds = 0 } = protocolOf(first.service.definition.auth);
  const graceEnds = deps.clock.now() + graceMilliseconds;
  const outcome = await renewUnderLease(deps, first);
  const lost = outcome.kind === 'unknown' && !outcome.heard && !first.attempt.again;
  const now = deps.clock.now();
  const atOnce = lost && now < graceEnds && !canWait(outcome, graceMilliseconds, now);
  const again = atOnce ? await leaseAgain(deps, first) : undefined;
  return again
    ? { attempt: again, outcome: await renewUnderLease(deps, { ...first, attempt: again }) }
    : { attempt: first.attempt, outcome };
};

/** Ends an auth that an edit has killed and whose service has not come to it yet. Undefined when it changed meanwhile. */
const endByEdit = (deps: Deps, auth: Auth): Promise<Auth | undefined> =>
  amendAuth(deps, { ...refOf(auth), known: auth }, (current) => {
    const ended = current.state === 'needs_reconnect' && !onTrial(current);
    if (ended || current.state === 'deleting' || current.tie !== auth.tie) return undefined;
    return over(deps, current, { cause: 'service_changed', code: 'service_changed', umbrella: undefined });
  });

interface RenewOptions {
  /** A person asked: not even an open breaker holds it back. */
  readonly insist: boolean;
  readonly callOver?: (() => void) | undefined;
}

/** One try to renew, under a lease. Undefined when another writer was first: read again. */
export const renewOnce = async (
  deps: Deps,
  auth: Auth,
  { insist, callOver }: RenewOptions,
): Promise<Auth | undefined> => {
  const service = await currentService(deps, auth);
  // What another application, or another provider, granted is not to be shown to this one.
  if (auth.tie !== tieOf(service.definition)) return endByEdit(deps, auth);
  const recovered = await recover(deps, auth, service);
  if (recovered !== 'nothing') return recovered === 'held' ? auth : undefined;
  const lease = newAttempt(deps, auth);
  const leased = await replaceAndTell(deps, auths, { ...auth, attempt: lease });
  if (!leased) return undefined;
  const { attempt, outcome } = await spend(deps, { auth: leased, service, attempt: lease, insist });
  callOver?.();
  if (outcome.kind !== 'renewed') {
    const failed = await failRenewal(deps, refOf(auth), { attempt, service, failure: outcome });
    return failed ?? forgetIfGone(deps, auth);
  }
  if (service.clientRejectedAt !== undefined) await clientAccepted(deps, service);
  const { credential } = outcome;
  const committed = await commitRenewal(deps, refOf(auth), {
    attempt,
    held: leased,
    credential,
    service,
  });
  return committed ?? forgetIfGone(deps, auth);
};
