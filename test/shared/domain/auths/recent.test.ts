import { beforeEach, describe, expect, it } from '@jest/globals';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { auths, type Auth } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshIfDue } from '#shared/domain/auths/refresh-if-due.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { discard } from '#shared/domain/discard.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { minute, otherProcess, world, type World } from '../../../support/deps.ts';
import {
  actor,
  connectedAuth,
  countingTokens,
  oauth2Service,
  sharedWorkspace,
  tokenUrl,
} from '../../../support/nouns.ts';
import { answer } from '../../../support/watched.ts';

let w: World;
let auth: Auth;
/** This process, which counts its calls to the store for auths; and another over the same store. */
let here: Deps;
let there: Deps;
let reads: number;
let writes: number;

const counting = (store: Store): Store => ({
  ...store,
  get: (collection, key) => {
    if (collection.name === auths.name) reads += 1;
    return store.get(collection, key);
  },
  replace: (collection, item) => {
    if (collection.name === auths.name) writes += 1;
    return store.replace(collection, item);
  },
});

beforeEach(async () => {
  w = await world();
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === tokenUrl ? tokens() : answer(200)));
  auth = await connectedAuth(w, await oauth2Service(w));
  here = otherProcess(w.deps, { store: counting(w.deps.store) });
  there = otherProcess(w.deps);
  reads = 0;
  writes = 0;
});

/** A call whose answer is read: until then it is one of those at once. */
const call = async (deps = here, workspaceId?: string) => {
  const answered = await proxyCall(deps, {
    actor: actor(w, 'owner', workspaceId),
    authId: auth.id,
    method: 'GET',
    path: '/me',
    query: '',
    headers: [],
    body: undefined,
  });
  await discard(answered);
  return answered;
};
const warmUp = async () => {
  await call();
  await call();
  reads = 0;
  writes = 0;
};
const where = () => ({
  organizationId: w.organizationId,
  workspaceId: w.workspaceId,
  authId: auth.id,
  ifMatch: undefined,
});

describe('an auth that is called through the proxy', () => {
  it('is read once a second however many calls there are, and not written', async () => {
    await warmUp();
    await Promise.all(Array.from({ length: 100 }, () => call()));
    expect([reads, writes]).toEqual([0, 0]);
    await w.clock.advance(1000);
    await Promise.all(Array.from({ length: 100 }, () => call()));
    await w.clock.advance(999);
    await call();
    expect([reads, writes]).toEqual([1, 0]);
  });

  it('and is deleted by another process is not used a second later', async () => {
    await warmUp();
    await removeAuth(there, where());
    await w.clock.advance(1000);
    const before = w.http.requests.length;
    await expect(call()).rejects.toMatchObject({ status: 404, code: 'auth_not_found' });
    expect(w.http.requests).toHaveLength(before);
  });

  it('and is deleted by this process is not used at the very next call', async () => {
    await warmUp();
    await removeAuth(here, where());
    await expect(call()).rejects.toMatchObject({ status: 404 });
  });

  it('and has ended comes back at the very next call after its person was there', async () => {
    const end = (state: 'needs_reconnect' | 'active') =>
      amendAuth(there, where(), (current) => ({ ...current, state }));
    await end('needs_reconnect');
    await expect(call()).rejects.toMatchObject({ status: 409, code: 'needs_reconnect' });
    await end('active');
    expect((await call()).status).toBe(200);
  });

  it('and was edited by this process is seen so at the very next call', async () => {
    await warmUp();
    await amendAuth(here, where(), (current) => ({ ...current, name: 'Edited' }));
    expect((await call()).auth.name).toBe('Edited');
  });

  it('and was renewed by the schedule of this process is used with the newer token at the very next call', async () => {
    await warmUp();
    await w.clock.advance(auth.refreshAt! - w.clock.now() - 500);
    await call();
    await w.clock.advance(500);
    await refreshIfDue(here, where());
    expect((await call()).auth.credential.version).not.toBe(auth.credential.version);
  });

  it('does not exist for a key of another workspace, however warm it is', async () => {
    await warmUp();
    const { id } = await sharedWorkspace(w);
    await expect(call(here, id)).rejects.toMatchObject({ status: 404 });
  });

  it('is judged by the time of the call: a token that ends meanwhile is renewed first', async () => {
    const end = auth.credential.accessExpiresAt ?? NaN;
    await w.clock.advance(end - w.clock.now() - 30_500);
    await warmUp();
    await w.clock.advance(600);
    expect((await call()).auth.credential.version).not.toBe(auth.credential.version);
  });

  it('and whose token was refused is read anew: another process may have renewed it', async () => {
    await w.clock.advance(2 * minute);
    await warmUp();
    const renewed = await freshCredential(there, where(), { otherThan: auth.credential.version });
    w.http.answers(({ headers }) =>
      answer(headers.some(([, value]) => value === 'Bearer access-1') ? 401 : 200),
    );
    const answered = await call();
    expect([answered.status, answered.auth.credential.version]).toEqual([200, renewed.credential.version]);
  });
});
