import { AppError, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { flights } from '../memory.ts';
import type { AuthRef } from './amend.ts';
import { renewalFailed } from './attempt.ts';
import { authKey, auths, type Auth } from './auth.ts';
import { chance } from '../chance.ts';
import { needsReconnect, onTrial } from './over.ts';
import { recentAuth } from './recent.ts';
import { recover, settleLease } from './recover.ts';
import { renewOnce } from './renew-once.ts';
import { setAsideCode } from './set-aside.ts';
import { endsSoon, lookAgainAfter } from './timing.ts';

const longestWait = 75_000;

interface FreshOptions {
  /** The one workspace that the caller may see; an auth of another does not exist for it. */
  readonly workspaceId?: string | undefined;
  /** Renew when the schedule says so, not only when the token is about to end. */
  readonly ahead?: boolean;
  /** An auth that can be used may be a second old, where nothing else is asked for: for the proxy (ADR 0031). */
  readonly recent?: boolean;
  /** Renew if the credential is still this version: it was refused, or a person asked. */
  readonly otherThan?: string | undefined;
  /** A person asked, so the provider is called even where it has not answered others. */
  readonly insist?: boolean;
  /** Called when a try to renew calls the provider no more, before its answer is committed. */
  readonly callOver?: (() => void) | undefined;
}

const visible = (auth: Auth, only: string | undefined): boolean =>
  auth.state !== 'deleting' && auth.workspaceId === (only ?? auth.workspaceId);

const load = async ({ store }: Deps, { organizationId, authId }: AuthRef, only?: string): Promise<Auth> => {
  const auth = await store.get(auths, authKey(organizationId, authId));
  if (!auth || !visible(auth, only)) throw notFound('auth');
  return auth;
};

const left = ({ credential }: Auth, now: number): number => (credential.accessExpiresAt ?? Infinity) - now;

/** A worker took the lease and is gone: what it left in the vault, or did not, has to be settled. */
const abandoned = ({ attempt }: Auth, now: number): boolean =>
  attempt !== undefined && attempt.until > 0 && attempt.until <= now;

const wanted = (auth: Auth, now: number, { ahead, otherThan }: FreshOptions): boolean => {
  if (otherThan === auth.credential.version) return true;
  if (!ahead) return endsSoon(auth.credential, now);
  // The schedule goes by its own time: an old message changes nothing, nor does the token of an idle auth that is over.
  return (
    auth.setAsideAt === undefined &&
    (abandoned(auth, now) || (auth.refreshAt !== undefined && auth.refreshAt <= now))
  );
};

/**
 * The last try failed and the next has its time: calls in between do not hammer the provider. One that was set aside and
 * has been restored did not fail there.
 */
const waitsForRetry = ({ failure, refreshAt }: Auth, now: number): boolean =>
  failure !== undefined && failure.code !== setAsideCode && refreshAt !== undefined && refreshAt > now;

/** The auth with a usable token, or the reason why there is none. */
const usable = (auth: Auth, now: number): Auth => {
  if (auth.state === 'needs_reconnect') throw needsReconnect(auth);
  if (left(auth, now) <= 0) throw renewalFailed(auth.failure?.code ?? 'no_answer');
  return auth;
};

const underWay = () => new AppError(503, 'refresh_under_way', 'The token is being renewed. Repeat the call.');

/** What is to be done for an auth that was just read. */
type Step = 'done' | 'settle' | 'wait' | 'renew';

const stepFor = (auth: Auth, now: number, options: FreshOptions): Step => {
  if (auth.state === 'needs_reconnect' && !(options.ahead && onTrial(auth))) return 'done';
  if (!wanted(auth, now, options)) return 'done';
  const forced = options.otherThan !== undefined;
  // Also for one whose token was refused: another process may have tried in vain while this one waited.
  if (waitsForRetry(auth, now) && !options.insist) return abandoned(auth, now) ? 'settle' : 'done';
  const leased = auth.attempt !== undefined && auth.attempt.until > now;
  if (!leased) return 'renew';
  return !forced && left(auth, now) > 0 ? 'done' : 'wait';
};

const run = async (deps: Deps, ref: AuthRef, asked: FreshOptions): Promise<Auth> => {
  let giveUpAt = deps.clock.now() + longestWait;
  let options = asked;
  let looks = 0;
  let waitedFor: string | undefined;
  for (;;) {
    const auth = await load(deps, ref, options.workspaceId);
    const now = deps.clock.now();
    const step = stepFor(auth, now, options);
    if (step === 'done') return usable(auth, now);
    if (now > giveUpAt) throw underWay();
    if (step === 'settle') {
      await settleLease(deps, auth);
    } else if (step === 'renew') {
      const result = await renewOnce(deps, auth, {
        insist: options.insist ?? false,
        callOver: options.callOver,
      });
      // The same as before: its answer is held in escrow, and asking again at once moves nothing.
      if (result && (result === auth || !onTrial(result))) return usable(result, deps.clock.now());
      if (result) {
        // A late winner's credential has to prove itself, at once.
        options = { ...options, ahead: true };
        giveUpAt = deps.clock.now() + longestWait;
      }
    } else {
      // Its holder may have died with the answer in the vault: who has waited before looks there, and waits no lease out.
      looks = waitedFor === auth.attempt?.id ? looks + 1 : 0;
      waitedFor = auth.attempt?.id;
      const found = looks > 0 ? await recover(deps, auth) : 'nothing';
      if (found !== 'committed') await deps.clock.sleep(lookAgainAfter(looks, chance(deps)));
    }
  }
};

/** A recent auth that can be used as it is. Whatever else is to be said of one is said of the auth as it is now. */
const usableRecent = async (deps: Deps, ref: AuthRef, options: FreshOptions): Promise<Auth | undefined> => {
  const auth = await recentAuth(deps, ref);
  const now = deps.clock.now();
  const ready = auth.state !== 'needs_reconnect' && left(auth, now) > 0 && visible(auth, options.workspaceId);
  return ready && stepFor(auth, now, options) === 'done' ? auth : undefined;
};

const flight = flights<Auth>();

/**
 * An auth whose credential can be used now: renewed at most once however many ask (design, section 8). For the schedule,
 * the proxy and "refresh now" alike. While renewing fails, a token that is still valid is used.
 * Rejects with 404 `auth_not_found`, 409 `needs_reconnect`, 502 `refresh_failed`, 503 `refresh_under_way`.
 */
export const freshCredential = async (
  deps: Deps,
  ref: AuthRef,
  options: FreshOptions = {},
): Promise<Auth> => {
  const recent = options.recent && !options.otherThan ? await usableRecent(deps, ref, options) : undefined;
  if (recent) return recent;
  const kind = options.otherThan ?? (options.ahead ? 'ahead' : 'valid');
  const insisting = options.insist ? 'insisting' : '';
  const key = [ref.organizationId, ref.authId, options.workspaceId ?? '', kind, insisting].join('/');
  return flight(deps, key, () => run(deps, ref, options));
};
