import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { listHistory } from '#shared/domain/auths/list-history.ts';
import { recordHistory } from '#shared/domain/auths/record-history.ts';
import { finishRemoval, removeAuth } from '#shared/domain/auths/remove.ts';
import { revocationKey, revocations } from '#shared/domain/auths/revocation.ts';
import { revokeGrant } from '#shared/domain/auths/revoke.ts';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { PageQuery } from '#shared/domain/inputs.ts';
import { flushOutbox } from '#shared/domain/schedule/flush-outboxes.ts';
import { sweep } from '#shared/domain/schedule/sweep.ts';
import { finishServiceRemoval, removeService } from '#shared/domain/services/remove.ts';
import { EgressRefused, HttpFailure, type Deps, type IncomingResponse } from '#shared/ports.ts';
import { day, hour, minute, otherProcess, told, turns, world, type World } from '../../../support/deps.ts';
import {
  callback,
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Document,
  oauth2Service,
  opened,
  redirectUri,
  sharedWorkspace,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import { edited } from '../../../support/types.ts';
import { answer } from '../../../support/watched.ts';

const revocationUrl = 'https://acme.example/oauth/revoke';

let w: World;
let reply: () => IncomingResponse | Promise<IncomingResponse>;
beforeEach(async () => {
  w = await world();
  reply = () => answer(200);
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === tokenUrl ? tokens() : reply()));
});

const connected = async (auth: object = { revocationUrl }) =>
  connectedAuth(w, await oauth2Service(w, { auth: { ...auth } }));
const where = ({ id: authId }: Pick<Auth, 'id'>, workspaceId = w.workspaceId) => ({
  organizationId: w.organizationId,
  workspaceId,
  authId,
});
const remove = (auth: Auth, deps: Deps = w.deps) => removeAuth(deps, { ...where(auth), ifMatch: undefined });
const revoke = (auth: Auth, deps: Deps = w.deps) => revokeGrant(deps, where(auth));
const pending = ({ id }: Auth) => w.deps.store.get(revocations, revocationKey(w.organizationId, id));
const asked = () => w.http.requests.filter(({ url }) => url !== tokenUrl);
const forms = () => asked().map(({ body }) => Object.fromEntries(new URLSearchParams(String(body))));
const ends = () =>
  w.bus.events
    .filter(({ type }) => type.startsWith('auth.rev'))
    .filter(({ type }) => type !== 'auth.revocation_due')
    .map(({ type, data }) => [type, data['code']]);

describe('deleting an auth', () => {
  it('answers at once, whatever the provider does, and has the grant taken back apart', async () => {
    reply = () => new Promise(() => undefined);
    const auth = await connected();
    await remove(auth);
    expect(asked()).toEqual([]);
    expect(told(w, 'auth.revocation_due')).toHaveLength(1);
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    expect(w.store.dump()).not.toContain('refresh-1');
  });

  it('revokes the refresh token first, then the access token, each with its hint (RFC 7009 §2.1)', async () => {
    const auth = await connected();
    await remove(auth);
    await revoke(auth);
    expect(forms()).toEqual([
      { token: 'refresh-1', token_type_hint: 'refresh_token' },
      { token: 'access-1', token_type_hint: 'access_token' },
    ]);
    expect(asked().every(({ url, method }) => url === revocationUrl && method === 'POST')).toBe(true);
    expect(ends()).toEqual([['auth.revoked', undefined]]);
  });

  it('revokes once, however often it is asked for, and leaves nothing', async () => {
    const auth = await connected();
    await remove(auth);
    await Promise.all([revoke(auth), revoke(auth)]);
    await revoke(auth);
    expect(ends()).toHaveLength(1);
    expect(await pending(auth)).toBeUndefined();
    expect(w.store.keys().filter((key) => key.includes('REVOCATION'))).toEqual([]);
  });

  it('asks for the second token to be revoked when the first is refused, and says that one was', async () => {
    reply = () => answer(asked().length === 1 ? 400 : 200);
    const auth = await connected();
    await remove(auth);
    await revoke(auth);
    expect(forms().map(({ token }) => token)).toEqual(['refresh-1', 'access-1']);
    expect(ends()).toEqual([['auth.revocation_failed', 'http_400']]);
  });

  it('asks nobody where there is no way to revoke', async () => {
    const auth = await connected({});
    const keyed = await keyedAuth(w, await tokenService(w));
    for (const each of [auth, keyed]) {
      await remove(each);
      await revoke(each);
    }
    expect(asked()).toEqual([]);
    expect(ends()).toEqual([]);
  });

  it('calls what the definition describes instead', async () => {
    const auth = await connected({
      revocation: { method: 'DELETE', url: 'https://acme.example/grants/{{urlencode(access_token)}}' },
    });
    await remove(auth);
    await revoke(auth);
    expect(asked().map(({ method, url }) => [method, url])).toEqual([
      ['DELETE', 'https://acme.example/grants/access-1'],
    ]);
  });

  it('leaves a history that its workspace can read, and no other', async () => {
    const auth = await connected();
    await remove(auth);
    await revoke(auth);
    for (const event of w.bus.events) await recordHistory(w.deps, event);
    const query = PageQuery.parse({});
    const { items } = await listHistory(w.deps, { ...where(auth), query });
    expect(items.map(({ type }) => type)).toEqual(['auth.connected', 'auth.deleted', 'auth.revoked']);
    const { id } = await sharedWorkspace(w);
    const elsewhere = listHistory(w.deps, { ...where(auth, id), query });
    await expect(elsewhere).rejects.toMatchObject({ status: 404, code: 'auth_not_found' });
  });

  /** Marked as deleted, by somebody who died before it was noted what is to be revoked. */
  const half = async (auth: Auth) => {
    const vault = { ...w.deps.vault, get: () => Promise.reject(new Error('gone')) };
    await expect(remove(auth, otherProcess(w.deps, { vault }))).rejects.toThrow('gone');
  };
  const revokedOnce = async (auth: Auth) => {
    await finishRemoval(w.deps, where(auth));
    w.http.answers(() => reply());
    await revoke(auth);
    expect(forms()[0]).toMatchObject({ token: 'refresh-1', token_type_hint: 'refresh_token' });
    expect(ends()).toEqual([['auth.revoked', undefined]]);
  };

  it('has the grant taken back also when a renewal ends before that is noted', async () => {
    const auth = await connected();
    await w.clock.advance(hour);
    const { promise, resolve } = Promise.withResolvers<IncomingResponse>();
    w.http.answers(() => promise);
    const renewing = freshCredential(w.deps, where(auth));
    await turns();
    await half(auth);
    resolve(countingTokens()());
    await expect(renewing).rejects.toMatchObject({ status: 404 });
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    await revokedOnce(auth);
  });

  it('has the grant taken back also when a reconnect ends before that is noted', async () => {
    const auth = await connected();
    const { state } = await opened(w, { serviceId: auth.serviceId ?? '', authId: auth.id });
    await half(auth);
    await completeConnect(w.deps, { query: callback(state), redirectUri });
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    await revokedOnce(auth);
  });
});

describe('a provider that is down', () => {
  it.each<[string, () => IncomingResponse | Promise<IncomingResponse>, string]>([
    ['answers 503', () => answer(503), 'http_503'],
    ['is out of reach', () => Promise.reject(new HttpFailure('connect', false)), 'connect'],
  ])('and %s is asked again for three days, ever more rarely, and then given up', async (_, down, code) => {
    reply = down;
    const auth = await connected();
    await remove(auth);
    const begun = w.clock.now();
    const gaps: number[] = [];
    for (let round = 0; round < 500; round += 1) {
      const before = w.clock.now();
      await revoke(auth);
      const now = await pending(auth);
      if (!now) break;
      expect(now.nextAt).toBeGreaterThanOrEqual(before + minute);
      gaps.push(now.nextAt - before);
      await w.clock.advance(now.nextAt - before);
    }
    expect(ends()).toEqual([['auth.revocation_failed', code]]);
    expect(w.clock.now() - begun).toBeGreaterThan(3 * day - 2 * hour);
    expect(w.clock.now() - begun).toBeLessThanOrEqual(3 * day);
    expect(gaps.length).toBeGreaterThan(70);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(hour);
    expect(await pending(auth)).toBeUndefined();
  });

  it('and comes back in between is asked by the sweep, and the grant is taken back', async () => {
    reply = () => answer(503, '', [['retry-after', '600']]);
    const auth = await connected();
    await remove(auth);
    await revoke(auth);
    expect((await pending(auth))?.nextAt).toBeGreaterThanOrEqual(w.clock.now() + 10 * minute);
    reply = () => answer(200);
    await w.clock.advance(70 * minute);
    const before = told(w, 'auth.revocation_due').length;
    await sweep(w.deps);
    expect(told(w, 'auth.revocation_due')).toHaveLength(before + 1);
    await revoke(auth);
    expect(ends()).toEqual([['auth.revoked', undefined]]);
  });

  it('gets a fresh assertion each time', async () => {
    reply = () => answer(503);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const auth = await connected({
      revocationUrl,
      clientSecret: undefined,
      clientAuthentication: 'private_key_jwt',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    });
    await remove(auth);
    await revoke(auth);
    await w.clock.advance(hour);
    await revoke(auth);
    const claims = forms().map(
      ({ client_assertion = '' }) =>
        JSON.parse(Buffer.from(client_assertion.split('.')[1] ?? '', 'base64url').toString()) as {
          jti: string;
          exp: number;
        },
    );
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2);
    expect(claims[1]!.exp - claims[0]!.exp).toBe(3600);
  });

  it('is asked although the service is deleted meanwhile', async () => {
    reply = () => answer(503);
    const auth = await connected();
    await remove(auth);
    await revoke(auth);
    const service = {
      organizationId: w.organizationId,
      workspaceId: w.workspaceId,
      serviceId: auth.serviceId ?? '',
    };
    await removeService(w.deps, { ...service, force: false, ifMatch: undefined });
    await finishServiceRemoval(w.deps, service);
    reply = () => answer(200);
    await revoke(auth);
    expect(ends()).toEqual([['auth.revoked', undefined]]);
    expect(asked().at(-1)?.headers).toContainEqual([
      'authorization',
      `Basic ${Buffer.from('latchkey:client%2Dsecret').toString('base64')}`,
    ]);
  });
});

describe('how a revocation ended', () => {
  it('is told once, also when the bus is down: the provider is not asked again for that', async () => {
    const auth = await connected();
    await remove(auth);
    const down = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await revoke(auth, down);
    expect(asked()).toHaveLength(2);
    expect(ends()).toEqual([]);
    await revoke(auth, down);
    await revoke(auth);
    expect(asked()).toHaveLength(2);
    expect(ends()).toHaveLength(1);
    expect(await pending(auth)).toBeUndefined();
  });

  it('is told once when the sweep of the outboxes was faster, and nothing stays', async () => {
    const auth = await connected();
    await remove(auth);
    const down = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await revoke(auth, down);
    const { partition, sort } = revocationKey(w.organizationId, auth.id);
    await flushOutbox(w.deps, { collection: revocations.name, partition, sort });
    await revoke(auth);
    expect(asked()).toHaveLength(2);
    expect(ends()).toHaveLength(1);
    expect(await pending(auth)).toBeUndefined();
  });

  it('is told although who planned it clears its outbox in the same moment', async () => {
    const auth = await connected();
    await remove(auth);
    let meddled = false;
    const deps = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        replace: async (collection, item) => {
          const now = await pending(auth);
          if (!meddled && now) await w.deps.store.replace(revocations, now);
          meddled = true;
          return w.deps.store.replace(collection, item);
        },
      },
    });
    await revoke(auth, deps);
    expect(asked()).toHaveLength(2);
    expect(ends()).toHaveLength(1);
    expect(await pending(auth)).toBeUndefined();
  });

  it.each<[string, () => IncomingResponse | Promise<IncomingResponse>, string]>([
    ['the provider refuses', () => answer(401), 'http_401'],
    ['the address must not be called', () => Promise.reject(new EgressRefused('no')), 'address_refused'],
  ])('is failure when %s', async (_, no, code) => {
    reply = no;
    const auth = await connected();
    await remove(auth);
    await revoke(auth);
    expect(ends()).toEqual([['auth.revocation_failed', code]]);
  });

  it('is failure when there was no token to revoke', async () => {
    const service = await oauth2Service(w, { auth: { revocationUrl } });
    const auth = await connectedAuth(w, service);
    await edited(
      w,
      service,
      oauth2Document({ auth: { revocationUrl, tokenResponse: { accessToken: 'nowhere' } } }),
    );
    await remove(auth);
    await revoke(auth);
    expect(asked()).toEqual([]);
    expect(ends()).toEqual([['auth.revocation_failed', 'nothing_to_revoke']]);
  });
});

describe('a revocation that cannot be read', () => {
  it('is given up after three days as every other, and asked for no more', async () => {
    const auth = await connected();
    const deaf = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await remove(auth, deaf);
    const planned = (await pending(auth))!;
    await w.deps.store.replace(revocations, { ...planned, sealed: `${planned.sealed}x`, outbox: [] });
    await expect(revoke(auth)).rejects.toThrow();
    await w.clock.advance(3 * day);
    await revoke(auth);
    expect(ends()).toEqual([['auth.revocation_failed', 'unreadable']]);
    expect(await pending(auth)).toBeUndefined();
  });
});
