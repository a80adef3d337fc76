import { AppError, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { flights } from '../memory.ts';
import { replaceAndTell } from '../outbox.ts';
import { clientAccepted } from '../services/client-rejected.ts';
import { currentService, type ServiceInUse } from '../services/current.ts';
import type { AuthRef } from './amend.ts';
import { newAttempt, renewalFailed, renewUnderLease } from './attempt.ts';
import { authKey, auths, credentialRef, type Auth } from './auth.ts';
import { commitRenewal } from './commit.ts';
import { loadCredential } from './credential.ts';
import { failRenewal } from './fail.ts';
import { needsReconnect } from './over.ts';
import { setAsideCode } from './set-aside.ts';

/** The proxy waits for a renewal only when less than this is left; being ahead is the schedule's work. */
const closeToEnd = 30_000;
const longestWait = 75_000;

interface FreshOptions {
  /** The one workspace that the caller may see; an auth of another does not exist for it. */
  readonly workspaceId?: string | undefined;
  /** Renew when the schedule says so, not only when the token is about to end. */
  readonly ahead?: boolean;
  /** Renew if the credential is still this version: it was refused, or a person asked. */
  readonly otherThan?: string | undefined;
}

const load = async ({ store }: Deps, { organizationId, authId }: AuthRef, only?: string): Promise<Auth> => {
  const auth = await store.get(auths, authKey(organizationId, authId));
  if (!auth || auth.state === 'deleting' || auth.workspaceId !== (only ?? auth.workspaceId))
    throw notFound('auth');
  if (auth.state === 'needs_reconnect') throw needsReconnect(auth);
  return auth;
};

const left = ({ credential }: Auth, now: number): number => (credential.accessExpiresAt ?? Infinity) - now;

/** A worker took the lease and is gone: what it left in the vault, or did not, has to be settled. */
const abandoned = ({ attempt }: Auth, now: number): boolean =>
  attempt !== undefined && attempt.until > 0 && attempt.until <= now;

const wanted = (auth: Auth, now: number, { ahead, otherThan }: FreshOptions): boolean => {
  // Set aside, it is tried for callers alone; an old message of the schedule changes nothing.
  if (ahead && auth.setAsideAt !== undefined) return false;
  return (
    otherThan === auth.credential.version ||
    left(auth, now) < closeToEnd ||
    (ahead === true && (abandoned(auth, now) || (auth.refreshAt !== undefined && auth.refreshAt <= now)))
  );
};

/**
 * The last try failed and the next has its time: calls in between do not hammer the provider. One that was set aside and
 * has been restored did not fail there.
 */
const waitsForRetry = ({ failure, refreshAt }: Auth, now: number): boolean =>
  failure !== undefined && failure.code !== setAsideCode && refreshAt !== undefined && refreshAt > now;

/** Commits what a worker has left in the vault and not committed; false when it left nothing, or has committed meanwhile. */
const recover = async (deps: Deps, auth: Auth, service: ServiceInUse): Promise<boolean> => {
  const { attempt } = auth;
  const credential = attempt && (await loadCredential(deps, auth, attempt.id));
  if (!credential) return false;
  const ref = { organizationId: auth.organizationId, authId: auth.id };
  const written = await commitRenewal(deps, ref, { attempt, epoch: auth.epoch, credential, service });
  return written !== undefined;
};

/** An auth that was deleted during its renewal leaves nothing in the vault; its remover may have emptied it too early. */
const forgetIfGone = async (deps: Deps, auth: Auth): Promise<undefined> => {
  const current = await deps.store.get(auths, authKey(auth.organizationId, auth.id));
  if (!current || current.state === 'deleting') await deps.vault.remove(credentialRef(auth));
};

/** One try under a lease. Undefined when another writer was first: read again. */
const renewOnce = async (deps: Deps, auth: Auth): Promise<Auth | undefined> => {
  const service = await currentService(deps, auth);
  if (await recover(deps, auth, service)) return undefined;
  const attempt = newAttempt(deps, auth);
  const leased = await replaceAndTell(deps, auths, { ...auth, attempt });
  if (!leased) return undefined;
  const ref = { organizationId: auth.organizationId, authId: auth.id };
  const outcome = await renewUnderLease(deps, { auth: leased, service, attempt });
  if (outcome.kind !== 'renewed') {
    const failed = await failRenewal(deps, ref, { attempt, service, failure: outcome });
    return failed ?? forgetIfGone(deps, auth);
  }
  if (service.clientRejectedAt !== undefined) await clientAccepted(deps, service);
  const { credential } = outcome;
  const committed = await commitRenewal(deps, ref, { attempt, epoch: leased.epoch, credential, service });
  return committed ?? forgetIfGone(deps, auth);
};

/** The auth with a usable token, or the reason why there is none. */
const usable = (auth: Auth, now: number): Auth => {
  if (auth.state === 'needs_reconnect') throw needsReconnect(auth);
  if (left(auth, now) <= 0) throw renewalFailed(auth.failure?.code ?? 'no_answer');
  return auth;
};

const run = async (deps: Deps, ref: AuthRef, options: FreshOptions): Promise<Auth> => {
  const giveUpAt = deps.clock.now() + longestWait;
  let waitedFor: string | undefined;
  for (;;) {
    const auth = await load(deps, ref, options.workspaceId);
    const now = deps.clock.now();
    if (!wanted(auth, now, options)) return auth;
    if (waitsForRetry(auth, now) && options.otherThan === undefined) return usable(auth, now);
    const leased = auth.attempt !== undefined && auth.attempt.until > now;
    if (leased && options.otherThan === undefined && left(auth, now) > 0) return auth;
    if (now > giveUpAt)
      throw new AppError(503, 'refresh_under_way', 'The token is being renewed. Repeat the call.');
    if (leased) {
      // Its holder may have died with the answer in the vault: who has waited before looks there, and waits no lease out.
      const again = waitedFor === auth.attempt?.id;
      waitedFor = auth.attempt?.id;
      if (again && (await recover(deps, auth, await currentService(deps, auth)))) continue;
      await deps.clock.sleep(100 + (deps.random.bytes(1)[0] ?? 0));
      continue;
    }
    const result = await renewOnce(deps, auth);
    if (result) return usable(result, deps.clock.now());
  }
};

const flight = flights<Auth>();

/**
 * An auth whose credential can be used now: renewed at most once however many ask (design, section 8). For the schedule,
 * the proxy and "refresh now" alike. While renewing fails, a token that is still valid is used.
 * Rejects with 404 `auth_not_found`, 409 `needs_reconnect`, 502 `refresh_failed`, 503 `refresh_under_way`.
 */
export const freshCredential = (deps: Deps, ref: AuthRef, options: FreshOptions = {}): Promise<Auth> => {
  const kind = options.otherThan ?? (options.ahead ? 'ahead' : 'valid');
  const key = [ref.organizationId, ref.authId, options.workspaceId ?? '', kind].join('/');
  return flight(deps, key, () => run(deps, ref, options));
};
