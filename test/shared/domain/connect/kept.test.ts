import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { readSession } from '#shared/domain/connect/read.ts';
import { sessionKey, sessions } from '#shared/domain/connect/session.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { otherProcess, told, world, type World } from '../../../support/deps.ts';
import {
  authNow,
  callback,
  connectedAuth,
  countingTokens,
  oauth2Service,
  opened,
  redirectUri,
} from '../../../support/nouns.ts';
import { jsonAnswer } from '../../../support/watched.ts';

let w: World;
let service: Service;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  service = await oauth2Service(w, { auth: { scopes: ['openid'] } });
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const idToken = (claims: object) =>
  `${part({ alg: 'RS256' })}.${part({ aud: 'latchkey', exp: w.clock.now() / 1000 + 3600, ...claims })}.c2ln`;
const answerWith = (claims: object) =>
  w.http.answers(() =>
    jsonAnswer(200, { access_token: 'a', token_type: 'Bearer', id_token: idToken(claims) }),
  );
const credentials = () => w.vault.paths().filter((path) => path.startsWith('auth/'));
const read = (sessionId: string) =>
  readSession(w.deps, { organizationId: w.organizationId, workspaceId: w.workspaceId, sessionId });
const refused = { status: 'failed', error: { code: 'id_token_mismatch' } };

describe('an answer for another person', () => {
  it('is never kept, so that nobody who looks at the session meanwhile takes it as its own', async () => {
    const { id, state } = await opened(w, { serviceId: service.id });
    answerWith({ nonce: 'of somebody else' });
    const kept: string[] = [];
    const watching = otherProcess(w.deps, {
      vault: {
        ...w.deps.vault,
        put: (ref, version, value) => {
          kept.push(ref.kind);
          return w.deps.vault.put(ref, version, value);
        },
      },
    });
    await completeConnect(watching, { query: callback(state), redirectUri });
    expect(kept).toEqual([]);
    expect(await read(id)).toMatchObject(refused);
    expect(told(w, 'auth.')).toEqual([]);
  });

  it('leaves an auth that is renewed as it was', async () => {
    answerWith({ nonce: 'n' });
    const plain = await oauth2Service(w);
    const auth = await connectedAuth(w, plain);
    const { id, state } = await opened(w, { serviceId: plain.id, authId: auth.id });
    w.http.answers(() => jsonAnswer(200, { ok: true }));
    await completeConnect(w.deps, { query: callback(state), redirectUri });
    expect((await read(id)).status).toBe('failed');
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'active', epoch: 1 });
    expect(w.vault.versions(credentials()[0] ?? '')).toBe(1);
  });
});

describe('an answer that was kept and turns out to be of no use', () => {
  it('is destroyed by the next look at the session, when the process that kept it is gone', async () => {
    const plain = await oauth2Service(w);
    const { id, state } = await opened(w, { serviceId: plain.id });
    w.http.answers(() => jsonAnswer(200, { error: 'planted' }));
    const dying = otherProcess(w.deps, {
      vault: { ...w.deps.vault, remove: () => Promise.reject(new Error('gone')) },
    });
    await expect(completeConnect(dying, { query: callback(state), redirectUri })).rejects.toThrow('gone');
    expect(credentials()).toHaveLength(1);
    expect(await read(id)).toMatchObject({ status: 'failed', error: { code: 'unreadable_answer' } });
    expect(credentials()).toEqual([]);
  });
});

describe('a session whose process died right after the auth was written', () => {
  const died = () => Promise.reject(new Error('died'));

  beforeEach(async () => {
    service = await oauth2Service(w, { auth: { scopes: ['read'] } });
  });

  it('is complete at the next look, and brings no spent token back after a renewal', async () => {
    w.http.answers(countingTokens());
    const auth = await connectedAuth(w, service);
    for (const renews of [false, true]) {
      const { id, state } = await opened(w, {
        serviceId: service.id,
        ...(renews && { authId: auth.id }),
      });
      w.http.answers(() =>
        jsonAnswer(200, { access_token: 'a', refresh_token: `r-${renews}`, expires_in: 3600 }),
      );
      let writes = 0;
      const dying = otherProcess(w.deps, {
        store: {
          ...w.deps.store,
          replace: (collection, item) =>
            collection.name === 'connect_session' && (writes += 1) > 1
              ? died()
              : w.deps.store.replace(collection, item),
        },
      });
      await expect(completeConnect(dying, { query: callback(state), redirectUri })).rejects.toThrow('died');
      const session = await w.deps.store.get(sessions, sessionKey(w.organizationId, id));
      const authId = session!.authId;
      w.http.answers(() =>
        jsonAnswer(200, { access_token: 'renewed', refresh_token: 'live', expires_in: 3600 }),
      );
      const ref = { organizationId: w.organizationId, authId };
      const before = (await authNow(w, authId)).credential.version;
      const renewed = await freshCredential(w.deps, ref, { otherThan: before });
      expect(await read(id)).toMatchObject({ status: 'complete' });
      expect((await authNow(w, authId)).credential).toEqual(renewed.credential);
      expect((await authNow(w, authId)).epoch).toBe(renewed.epoch);
    }
  });
});
