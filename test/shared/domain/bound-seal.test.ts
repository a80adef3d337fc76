import { beforeEach, describe, expect, it } from '@jest/globals';
import { loadCredential } from '#shared/domain/auths/credential.ts';
import { newAttempt } from '#shared/domain/auths/attempt.ts';
import {
  escrows,
  findInEscrow,
  holdInEscrow,
  moveToVault,
  type Escrow,
} from '#shared/domain/auths/escrow.ts';
import { planRevocation, revocationKey, revocations } from '#shared/domain/auths/revocation.ts';
import { revokeGrant } from '#shared/domain/auths/revoke.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { givenFields } from '#shared/domain/connect/given-fields.ts';
import { hashOf, sessionKey, sessions } from '#shared/domain/connect/session.ts';
import { connectStates, stateKey } from '#shared/domain/connect/state.ts';
import { once } from '#shared/domain/idempotency/once.ts';
import { digest, recordKey, records } from '#shared/domain/idempotency/record.ts';
import { Unsealable } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';
import { world, type World } from '../../support/deps.ts';
import {
  actor,
  callback,
  connectedAuth,
  countingTokens,
  oauth2Service,
  opened,
  redirectUri,
} from '../../support/nouns.ts';

const elsewhere = `org_${'b'.repeat(26)}`;
const elsewhereIn = `ws_${'b'.repeat(26)}`;

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

const service = () => oauth2Service(w, { auth: { revocationUrl: 'https://acme.example/oauth/revoke' } });

/** A credential that waits sealed beside its auth. */
const held = async (): Promise<Escrow> => {
  const auth = await connectedAuth(w, await service());
  const attempt = newAttempt(w.deps, auth);
  const credential = await loadCredential(w.deps, auth, auth.credential.version);
  await holdInEscrow(w.deps, { auth, attempt, credential: credential! });
  return (await findInEscrow(w.deps, {
    organizationId: w.organizationId,
    authId: auth.id,
    version: attempt.id,
  }))!;
};

describe('a secret that waits sealed in the table', () => {
  it('of an auth that could not be kept opens for its own organization and workspace alone', async () => {
    const escrow = await held();
    for (const moved of [{ organizationId: elsewhere }, { workspaceId: elsewhereIn }])
      expect(await moveToVault(w.deps, { ...escrow, ...moved })).toEqual({ kind: 'unreadable' });
    expect((await moveToVault(w.deps, escrow)).kind).toBe('moved');
  });

  it('opens when the version before has sealed it', async () => {
    const escrow = await held();
    const { now, before } = {
      now: `escrow/${escrow.organizationId}/${escrow.workspaceId}/${escrow.authId}/${escrow.version}`,
      before: `escrow/${escrow.authId}/${escrow.version}`,
    };
    const sealed = await w.deps.sealer.seal(before, await w.deps.sealer.open(now, escrow.sealed));
    await w.deps.store.replace(escrows, { ...escrow, sealed });
    expect((await moveToVault(w.deps, { ...escrow, sealed })).kind).toBe('moved');
  });

  it('to be revoked is not revoked for another organization', async () => {
    const auth = await connectedAuth(w, await service());
    await planRevocation(w.deps, auth);
    const planned = (await w.deps.store.get(revocations, revocationKey(w.organizationId, auth.id)))!;
    await w.deps.store.insert(revocations, { ...planned, organizationId: elsewhere });
    const before = w.http.requests.length;
    await revokeGrant(w.deps, { organizationId: elsewhere, authId: auth.id }).catch(() => undefined);
    expect(w.http.requests.length).toBe(before);
    await revokeGrant(w.deps, { organizationId: w.organizationId, authId: auth.id });
    expect(w.http.requests.length).toBeGreaterThan(before);
  });

  it('of a session opens for no session of another organization, and under no other id', async () => {
    const { id } = await opened(w, { serviceId: (await service()).id });
    const session = (await w.deps.store.get(sessions, sessionKey(w.organizationId, id)))!;
    expect(await givenFields(w.deps, session)).toEqual({});
    for (const moved of [{ organizationId: elsewhere }, { id: `cs_${'b'.repeat(26)}` }])
      await expect(givenFields(w.deps, { ...session, ...moved })).rejects.toThrow(Unsealable);
  });

  it('of a state leads to no other session, also when the table says so', async () => {
    const found = await service();
    const [own, other] = [await opened(w, { serviceId: found.id }), await opened(w, { serviceId: found.id })];
    const key = stateKey(hashOf(secret(own.state)));
    const state = (await w.deps.store.get(connectStates, key))!;
    await w.deps.store.replace(connectStates, { ...state, sessionId: other.id });
    await expect(completeConnect(w.deps, { query: callback(own.state), redirectUri })).rejects.toThrow(
      Unsealable,
    );
    expect(w.http.requests).toEqual([]);
  });

  it('of an answer to repeat opens for no other caller and organization', async () => {
    const asked = {
      actor: { ...actor(w), type: 'key' as const },
      key: 'once',
      request: ['the same'],
      act: () => Promise.resolve('answer'),
    };
    await once(w.deps, asked);
    const of = { organizationId: w.organizationId, actorId: asked.actor.id, hash: digest('once') };
    const record = (await w.deps.store.get(records, recordKey(of)))!;
    await w.deps.store.insert(records, { ...record, organizationId: elsewhere });
    const theirs = { ...asked, actor: { ...asked.actor, organizationId: elsewhere } };
    await expect(once(w.deps, theirs)).rejects.toThrow(Unsealable);
    expect(await once(w.deps, asked)).toEqual({ answer: 'answer', repeated: true });
  });
});
