import type { Deps } from '../../ports.ts';
import type { Service } from '../services/service.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import { credentialRef, type Attempt, type Auth } from './auth.ts';
import { lineageOf, openCredential, type Credential } from './credential.ts';
import { AuthRecovered, AuthRefreshed, tell } from './events.ts';
import { refreshTime } from './timing.ts';
import { isoOrNull } from '../inputs.ts';

interface Pointer {
  readonly version: string;
  readonly credential: Credential;
  readonly service: Service;
  readonly now: number;
}

/** Where an auth points after a credential was kept, and when it is to be renewed; undefined when the credential is no good. */
export const pointTo = (
  id: string,
  { version, credential, service, now }: Pointer,
): Pick<Auth, 'credential' | 'refreshAt'> | undefined => {
  const opened = openCredential(credential, service);
  if (!opened) return undefined;
  const { accessExpiresAt } = opened;
  const { grant } = credential;
  const obtainedAt = grant?.from === 'answer' ? grant.receivedAt : now;
  return {
    credential: { version, lineage: lineageOf(opened.refreshToken), obtainedAt, accessExpiresAt },
    refreshAt:
      accessExpiresAt === undefined
        ? undefined
        : opened.refreshToken
          ? refreshTime({ id, version, obtainedAt, expiresAt: accessExpiresAt })
          : accessExpiresAt,
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

interface CommitInput {
  readonly attempt: Attempt;
  readonly epoch: number;
  readonly credential: Credential;
  readonly service: Service;
}

/**
 * Commits by lineage: the pointer moves if the refresh token that the auth points to is still the one that was spent, the
 * consent is the same and the auth is not being deleted. So a late winner whose lease ran out still commits.
 * Undefined when the credential is not to be used.
 */
export const commitRenewal = async (
  deps: Deps,
  ref: AuthRef,
  { attempt, epoch, credential, service }: CommitInput,
): Promise<Auth | undefined> => {
  let old: string | undefined;
  const committed = await amendAuth(deps, ref, (auth) => {
    if (auth.epoch !== epoch || auth.state === 'deleting' || auth.credential.version === attempt.id)
      return undefined;
    if ((auth.credential.lineage ?? '') !== attempt.spends) return undefined;
    const pointer = pointTo(auth.id, { version: attempt.id, credential, service, now: deps.clock.now() });
    if (!pointer) return undefined;
    const { lineage, accessExpiresAt } = pointer.credential;
    const rotated = lineage !== auth.credential.lineage;
    const recovered = auth.state !== 'active' ? [tell(deps, AuthRecovered, auth, {})] : [];
    const refreshed = tell(deps, AuthRefreshed, auth, {
      rotated,
      accessExpiresAt: isoOrNull(accessExpiresAt),
    });
    old = auth.credential.before;
    return {
      ...auth,
      ...pointer,
      credential: { ...pointer.credential, before: auth.credential.version },
      state: 'active',
      cause: undefined,
      failure: undefined,
      attempt: undefined,
      outbox: [...auth.outbox, refreshed, ...recovered],
    };
  });
  if (committed) await forgetVersion(deps, committed, old);
  return committed;
};
