import { busy } from '../../protocols/busy.ts';
import { EgressRefused, HttpFailure, type Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { ProviderRequest } from '../../protocols/protocol.ts';
import { isUnusable } from '../../protocols/unusable.ts';
import { secret } from '../../secret.ts';
import { openBound } from '../bound-seal.ts';
import { ask, callTimeout } from '../converse.ts';
import { flush } from '../outbox.ts';
import type { AuthRef } from './amend.ts';
import { groundOf, openCredential } from './credential.ts';
import { AuthRevocationFailed, AuthRevoked, tell } from './events.ts';
import { chance } from '../chance.ts';
import {
  revocationKey,
  revocationPurpose,
  revocations,
  RevocationSecrets,
  type Revocation,
} from './revocation.ts';
import { backoff, retryAfter } from './timing.ts';

/** How one try ended. `later`: the provider is busy or out of reach. */
type Ended =
  | { readonly kind: 'revoked' }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'later'; readonly code: string; readonly floor: number };

const requestsOf = async (deps: Deps, revocation: Revocation): Promise<readonly ProviderRequest[]> => {
  const text = await openBound(deps, revocationPurpose(revocation), revocation.sealed);
  const { credential, definition, secrets } = RevocationSecrets.parse(JSON.parse(text.reveal()));
  const known = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, secret(value)]));
  const service = {
    id: revocation.serviceId,
    kind: 'custom' as const,
    organizationId: revocation.organizationId,
    definition,
    version: 1,
    clientRejectedAt: undefined,
    secrets: () => Promise.resolve(known),
  };
  const opened = openCredential(credential, service);
  const { revoke } = protocolOf(definition.auth);
  return opened && revoke
    ? revoke(groundOf(deps, { service, values: opened.values, secrets: known }), opened.refreshToken)
    : [];
};

/** Sends each request, for one refused says nothing of the next; the first that does not succeed tells how it ended. */
const send = async (deps: Deps, requests: readonly ProviderRequest[]): Promise<Ended> => {
  if (requests.length === 0) return { kind: 'failed', code: 'nothing_to_revoke' };
  let ended: Ended = { kind: 'revoked' };
  for (const request of requests) {
    const signal = AbortSignal.timeout(callTimeout);
    const { status, retryAfter: wait } = await ask(deps, request, { signal });
    const code = `http_${String(status)}`;
    if (busy(status)) return { kind: 'later', code, floor: retryAfter(wait, deps.clock.now()) };
    if (status >= 300 && ended.kind === 'revoked') ended = { kind: 'failed', code };
  }
  return ended;
};

const attempt = async (deps: Deps, revocation: Revocation): Promise<Ended> => {
  try {
    return await send(deps, await requestsOf(deps, revocation));
  } catch (error) {
    if (error instanceof HttpFailure) return { kind: 'later', code: error.reason, floor: 0 };
    if (error instanceof EgressRefused) return { kind: 'failed', code: 'address_refused' };
    if (isUnusable(error)) return { kind: 'failed', code: 'unusable_request' };
    // What cannot be read is asked for again as long as all else, for the cause may be repaired, and no longer.
    if (deps.clock.now() >= revocation.until) return { kind: 'failed', code: 'unreadable' };
    throw error;
  }
};

/** Forgets all that was needed, once the bus has taken how it ended. */
const forget = async (deps: Deps, revocation: Revocation): Promise<void> => {
  const told = await flush(deps, revocations, revocation);
  if (told.outbox.length === 0) await deps.store.remove(revocations, told);
};

const rounds = 20;

/** Writes over a revocation as it is now, whoever has cleared its outbox meanwhile. Undefined once it has ended. */
const amend = async (
  deps: Deps,
  { organizationId, authId }: AuthRef,
  change: (revocation: Revocation) => Revocation,
): Promise<Revocation | undefined> => {
  for (let round = 0; round < rounds; round += 1) {
    const current = await deps.store.get(revocations, revocationKey(organizationId, authId));
    if (!current || current.ended) return undefined;
    const written = await deps.store.replace(revocations, change(current));
    if (written) return written;
  }
  throw new Error('Too many writers met on a revocation.');
};

/** Writes how it ended into the history, once, then forgets all that was needed for it. */
const conclude = async (deps: Deps, revocation: Revocation, ended: Exclude<Ended, { kind: 'later' }>) => {
  const about = { ...revocation, id: revocation.authId };
  const event =
    ended.kind === 'revoked'
      ? tell(deps, AuthRevoked, about, {})
      : tell(deps, AuthRevocationFailed, about, { code: ended.code });
  const written = await amend(deps, revocation, (current) => ({
    ...current,
    ended: true,
    outbox: [...current.outbox, event],
  }));
  if (written) await forget(deps, written);
};

/** Takes the grant of a deleted auth back at the provider. One that is down is tried again for three days. Again: nothing happens. */
export const revokeGrant = async (deps: Deps, { organizationId, authId }: AuthRef): Promise<void> => {
  const revocation = await deps.store.get(revocations, revocationKey(organizationId, authId));
  if (!revocation) return;
  if (revocation.ended) return forget(deps, revocation);
  const ended = await attempt(deps, revocation);
  if (ended.kind !== 'later') return conclude(deps, revocation, ended);
  const tries = revocation.tries + 1;
  const nextAt = deps.clock.now() + backoff(tries, chance(deps), ended.floor);
  if (nextAt > revocation.until) return conclude(deps, revocation, { kind: 'failed', code: ended.code });
  await amend(deps, revocation, (current) => ({ ...current, tries, nextAt }));
};
