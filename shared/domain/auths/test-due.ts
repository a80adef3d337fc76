import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { sideBySide } from '../side-by-side.ts';
import { currentService, type ServiceInUse } from '../services/current.ts';
import type { Umbrella } from '../umbrellas/umbrella.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import { authKey, auths, type Auth } from './auth.ts';
import { testedDaily } from './renewable.ts';
import { AuthRecovered, AuthRefreshFailed, AuthTested, tell } from './events.ts';
import { causeOfRefusal } from './cause.ts';
import { over } from './over.ts';
import { isPortFailure, witnessed } from './port-failures.ts';
import { umbrellaOf } from './risk.ts';
import { refusalCode, type Tried } from './tested.ts';
import { nextTest } from './timing.ts';
import { holdsTheSame, tryAuth, withTest } from './try-auth.ts';

const hour = 3_600_000;

const inAnHour = (deps: Deps, auth: Auth): Auth => ({ ...auth, testAt: deps.clock.now() + hour });

/** So many refusals in a row, an hour apart, end an auth: a provider out of order for an hour does not. */
const mostRefusals = 3;

/** Only 401 says that the credential is no good (RFC 9110 §15.5.2). 403 may be a matter of scopes, of a plan or of the person. */
const isRefusal = ({ ok, code }: Tried): boolean => !ok && code === 'http_401';

interface Test {
  readonly service: ServiceInUse;
  readonly tried: Tried;
  readonly umbrella: Umbrella | undefined;
}

/** The auth after a refusal: it goes on being used, and only when the refusals do not end is it over. */
const refused = (deps: Deps, auth: Auth, { service, umbrella }: Test): Auth => {
  const now = deps.clock.now();
  const before = auth.failure?.code === refusalCode ? auth.failure.count : 0;
  const failed = { ...auth, failure: { code: refusalCode, at: now, count: before + 1 } };
  if (before + 1 >= mostRefusals)
    return over(deps, failed, { cause: causeOfRefusal(auth, service, now), code: refusalCode, umbrella });
  const news = auth.state === 'active' ? [tell(deps, AuthRefreshFailed, auth, { code: refusalCode })] : [];
  return { ...failed, state: 'failing', testAt: now + hour, outbox: [...auth.outbox, ...news] };
};

/** The auth after its daily test. Only what is new is told: the same outcome every day is no news. */
const judged = (deps: Deps, auth: Auth, test: Test): Auth => {
  const { tried } = test;
  const { ok, code } = tried;
  const isNew = auth.tested?.ok !== ok || auth.tested.code !== code;
  const told = isNew ? [tell(deps, AuthTested, auth, { ok, code })] : [];
  const noted = withTest(deps, { ...auth, outbox: [...auth.outbox, ...told] }, test);
  if (isRefusal(tried)) return refused(deps, noted, test);
  const now = deps.clock.now();
  // A service out of order says nothing of the credential, and its auths would only add to its load: it is asked tomorrow.
  const next = noted.state === 'failing' ? now + hour : nextTest(auth.id, now);
  return { ...noted, testAt: next };
};

/** The auth whose service describes no test any more: nobody is left to say that it works again, so what that test said goes. */
const untested = (deps: Deps, auth: Auth): Auth => {
  const rest = { ...auth, testAt: undefined };
  if (auth.state !== 'failing' || auth.failure?.code !== refusalCode) return rest;
  const outbox = [...auth.outbox, tell(deps, AuthRecovered, auth, {})];
  return { ...rest, state: 'active', failure: undefined, outbox };
};

/** Its end has come: a test would be refused for what the renewal at that end will say. */
const hasEnded = ({ credential }: Auth, now: number): boolean =>
  credential.accessExpiresAt !== undefined && credential.accessExpiresAt <= now;

/** Tries an auth that is due, and answers what is to become of it. */
const examine = async (deps: Deps, auth: Auth): Promise<(current: Auth) => Auth> => {
  const later = (current: Auth): Auth => inAnHour(deps, current);
  try {
    const service = await currentService(deps, auth);
    if (!testedDaily(service, auth.credential.lineage)) return (current) => untested(deps, current);
    if (hasEnded(auth, deps.clock.now())) return (current) => ({ ...current, testAt: undefined });
    const tried = await tryAuth(deps, auth, service);
    if (!tried) return later;
    const umbrella = isRefusal(tried) ? await umbrellaOf(deps, service) : undefined;
    return (current) => judged(deps, current, { service, tried, umbrella });
  } catch (error) {
    // Its service is being deleted, or its credential cannot be read just now. Left due, it would hide what else is due.
    if (error instanceof AppError) return later;
    throw error;
  }
};

const isDue = ({ state, testAt = Infinity }: Auth, now: number): boolean =>
  testAt <= now && (state === 'active' || state === 'failing');

/**
 * Tests the credential of an auth if it is time. A refusal makes it `failing`, while calls go on being made with it; the third
 * in a row, each an hour after the one before, ends it. Twice at once, one counts. Rejects when a port failed, and then it stays
 * due; also by an error of ours, and then it comes again in an hour.
 */
const testDueAuth = async (deps: Deps, ref: AuthRef): Promise<void> => {
  const auth = await deps.store.get(auths, authKey(ref.organizationId, ref.authId));
  if (!auth || !isDue(auth, deps.clock.now())) return;
  const change = await examine(witnessed(deps), auth).catch(async (error: unknown) => {
    if (!isPortFailure(error))
      await amendAuth(deps, ref, (current) =>
        isDue(current, deps.clock.now()) ? inAnHour(deps, current) : undefined,
      );
    throw error;
  });
  await amendAuth(deps, ref, (current) => {
    // Who was first has moved the time on, and so has a reconnect.
    const counts = isDue(current, deps.clock.now()) && holdsTheSame(current, auth);
    return counts ? change(current) : undefined;
  });
};

/** Tests those of some auths that are due, a few side by side. Harmless for the rest. Rejects when a port failed for one. */
export const testDueAuths = (deps: Deps, organizationId: string, authIds: readonly string[]): Promise<void> =>
  sideBySide(authIds, (authId) => testDueAuth(deps, { organizationId, authId }));
