import type { Auth } from './auth.ts';
import { onTrial } from './on-trial.ts';
import { setAsideCode } from './set-aside-code.ts';
import { endsSoon } from './timing.ts';

/** How an auth is wanted. */
export interface FreshOptions {
  /** The one workspace that the caller may see; an auth of another does not exist for it. */
  readonly workspaceId?: string | undefined;
  /** Renew when the schedule says so, not only when the token is about to end. */
  readonly ahead?: boolean;
  /** Renew if the credential is still this version: it was refused, or a person asked. */
  readonly otherThan?: string | undefined;
  /** A person asked, so the provider is called even where it has not answered others. */
  readonly insist?: boolean;
  /** Called when a try to renew calls the provider no more, before its answer is committed. */
  readonly callOver?: (() => void) | undefined;
}

/** Whether a caller may know of an auth: in its workspace only, where it has one. */
export const visible = (auth: Auth, only: string | undefined): boolean =>
  auth.state !== 'deleting' && auth.workspaceId === (only ?? auth.workspaceId);

/** How long the access token is good, in milliseconds. */
export const left = ({ credential }: Auth, now: number): number =>
  (credential.accessExpiresAt ?? Infinity) - now;

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

type Step = 'done' | 'settle' | 'wait' | 'renew';

/** Says what is to be done for an auth that was just read. */
export const stepFor = (auth: Auth, now: number, options: FreshOptions): Step => {
  if (auth.state === 'needs_reconnect' && !(options.ahead && onTrial(auth))) return 'done';
  if (!wanted(auth, now, options)) return 'done';
  const forced = options.otherThan !== undefined;
  // Also for one whose token was refused: another process may have tried in vain while this one waited.
  if (waitsForRetry(auth, now) && !options.insist) return abandoned(auth, now) ? 'settle' : 'done';
  const leased = auth.attempt !== undefined && auth.attempt.until > now;
  if (!leased) return 'renew';
  return !forced && left(auth, now) > 0 ? 'done' : 'wait';
};
