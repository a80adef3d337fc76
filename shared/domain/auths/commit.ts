import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { noteOutliving } from '../learning/note-outliving.ts';
import type { ServiceInUse } from '../services/current.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import { credentialRef, type Attempt, type Auth } from './auth.ts';
import { lineageOf, openCredential, type Credential } from './credential.ts';
import { AuthRecovered, AuthRefreshed, tell } from './events.ts';
import { forecast } from './forecast.ts';
import { isIdle } from './idle.ts';
import { nextRenewal } from './next-renewal.ts';
import { renewable, testedDaily } from './renewable.ts';
import { restOf } from './rest-of.ts';
import { nextTest } from './timing.ts';
import { isoOrNull } from '../inputs.ts';

interface Pointer {
  readonly version: string;
  readonly credential: Credential;
  readonly service: ServiceInUse;
  readonly now: number;
  /** Whether nobody uses the auth; one that was just consented to is not idle. */
  readonly idle?: boolean;
}

/** Where an auth points after a credential was kept, and when it is renewed or tested; undefined when the credential is no good. */
export const pointTo = (
  id: string,
  { version, credential, service, now, idle = false }: Pointer,
):
  | (Pick<Auth, 'credential' | 'refreshAt' | 'testAt'> & { granted: readonly string[] | undefined })
  | undefined => {
  const opened = openCredential(credential, service);
  if (!opened) return undefined;
  const { accessExpiresAt, refreshExpiresAt, refreshToken } = opened;
  const { grant } = credential;
  const obtainedAt = grant?.from === 'answer' ? grant.receivedAt : now;
  const lineage = protocolOf(service.definition.auth).issue ? undefined : lineageOf(refreshToken);
  const held = { version, lineage, obtainedAt, accessExpiresAt, refreshExpiresAt };
  return {
    credential: held,
    refreshAt: nextRenewal(id, held, { canRenew: renewable(service, lineage), idle, rest: restOf(service) }),
    testAt: testedDaily(service, lineage) ? nextTest(id, now) : undefined,
    granted: opened.scopes,
  };
};

/** Lets the vault drop a version that no auth points to. Should that fail, it lies there until the auth is deleted. */
export const forgetVersion = async (
  { vault }: Deps,
  auth: Auth,
  version: string | undefined,
): Promise<void> => {
  if (version !== undefined) await vault.forget(credentialRef(auth), version).catch(() => undefined);
};

/**
 * Another try that spent the same token: what the provider makes of that is not known, and a refusal of the new token is more likely
 * to come of it than of a person.
 */
const sentTwice = ({ attempt }: Auth, { id }: Pick<Attempt, 'id'>): Attempt | undefined =>
  attempt && attempt.id !== id ? { ...attempt, until: 0 } : undefined;

/** Renewals that follow each other faster do not show whether they move an end. Milliseconds. */
const telling = 60_000;

/** What a renewal shows of the refresh token: whether it was replaced, and whether its end moved as time went on. */
const agingOf = (
  { credential: before }: Auth,
  { lineage, obtainedAt, refreshExpiresAt: end }: Auth['credential'],
): Pick<Auth['credential'], 'tokenSince' | 'endStays'> => {
  const tokenSince = lineage === before.lineage ? before.tokenSince : obtainedAt;
  const endBefore = before.refreshExpiresAt;
  if (end === undefined || endBefore === undefined) return { tokenSince };
  const passed = obtainedAt - before.obtainedAt;
  return { tokenSince, endStays: passed < telling ? before.endStays : end - endBefore < passed / 2 };
};

interface CommitInput {
  readonly attempt: Pick<Attempt, 'id' | 'spends'>;
  /** The auth as it was when its refresh token was about to be spent. If it is so still, it is not read again. */
  readonly held: Auth;
  readonly credential: Credential;
  readonly service: ServiceInUse;
}

/**
 * Commits by lineage: the pointer moves if the refresh token that the auth points to is still the one that was spent, the
 * consent is the same and the auth is not being deleted. So a late winner whose lease ran out still commits.
 * Undefined when the credential is not to be used.
 */
export const commitRenewal = async (
  deps: Deps,
  ref: AuthRef,
  { attempt, held, credential, service }: CommitInput,
): Promise<Auth | undefined> => {
  const { before: outlived } = held.credential;
  // Forgotten before the commit: should this process die after it, nobody would know of that version any more.
  await forgetVersion(deps, held, outlived);
  let old: string | undefined;
  const committed = await amendAuth(deps, { ...ref, known: held }, (auth) => {
    if (auth.epoch !== held.epoch || auth.state === 'deleting' || auth.credential.version === attempt.id)
      return undefined;
    if ((auth.credential.lineage ?? '') !== attempt.spends) return undefined;
    // What the application of before was given is of no use to that of now.
    if (auth.cause === 'service_changed') return undefined;
    const now = deps.clock.now();
    const pointing = { version: attempt.id, credential, service, now, idle: isIdle(auth, now) };
    const pointer = pointTo(auth.id, pointing);
    if (!pointer) return undefined;
    const { granted, ...place } = pointer;
    const { lineage, accessExpiresAt, obtainedAt } = place.credential;
    const rotated = lineage !== auth.credential.lineage;
    // Where nothing rotates, lineage does not tell what came first: what was committed before does not come back.
    const { before, obtainedAt: since } = auth.credential;
    if (!rotated && (before === attempt.id || obtainedAt < since)) return undefined;
    const refreshed = tell(deps, AuthRefreshed, auth, {
      rotated,
      accessExpiresAt: isoOrNull(accessExpiresAt),
    });
    old = before;
    const next = {
      ...auth,
      ...place,
      credential: {
        ...place.credential,
        ...agingOf(auth, place.credential),
        before: auth.credential.version,
      },
      scopes: granted && auth.scopes ? { ...auth.scopes, granted: [...granted] } : auth.scopes,
    };
    if (auth.state === 'needs_reconnect' && auth.attempt?.id !== attempt.id) {
      // It was given up meanwhile: what came late is tried before anybody is told that the auth is well.
      return {
        ...next,
        refreshAt: deps.clock.now(),
        attempt: undefined,
        outbox: [...auth.outbox, refreshed],
      };
    }
    const recovered = auth.state !== 'active' ? [tell(deps, AuthRecovered, auth, {})] : [];
    return noteOutliving(deps, service, {
      ...next,
      state: 'active',
      cause: undefined,
      failure: undefined,
      setAsideAt: undefined,
      attempt: rotated ? sentTwice(auth, attempt) : undefined,
      ...forecast(next, service, now),
      outbox: [...auth.outbox, refreshed, ...recovered],
    });
  });
  // Somebody else has committed since.
  if (committed && old !== outlived) await forgetVersion(deps, committed, old);
  return committed;
};
