import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths, authsOf } from '#shared/domain/auths/auth.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { revokeGrant } from '#shared/domain/auths/revoke.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { openConnect } from '#shared/domain/connect/open.ts';
import { readSession } from '#shared/domain/connect/read.ts';
import { startConnect } from '#shared/domain/connect/start.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { currentService } from '#shared/domain/services/current.ts';
import { getService, getUsableService } from '#shared/domain/services/get.ts';
import { finishServiceRemoval, removeService } from '#shared/domain/services/remove.ts';
import { serviceKey, services, servicesOf, type Service } from '#shared/domain/services/service.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { otherProcess, told, world, type World } from '../../../support/deps.ts';
import {
  actor,
  callback,
  connectedAuth,
  countingTokens,
  keyedAuth,
  makeAuth,
  oauth2Service,
  opened,
  redirectUri,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import { clientDocument, edited, serviceOf } from '../../../support/types.ts';
import { answer } from '../../../support/watched.ts';

const revocationUrl = 'https://acme.example/oauth/revoke';

let w: World;
beforeEach(async () => {
  w = await world();
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === tokenUrl ? tokens() : answer(200)));
});

const where = ({ id: serviceId }: Pick<Service, 'id'>) => ({
  organizationId: w.organizationId,
  workspaceId: w.workspaceId,
  serviceId,
});
const remove = (service: Pick<Service, 'id'>, force: boolean, deps: Deps = w.deps) =>
  removeService(deps, { ...where(service), force, ifMatch: undefined });
const finish = (service: Pick<Service, 'id'>, deps: Deps = w.deps) =>
  finishServiceRemoval(deps, where(service));
const revocable = (parts: object = {}) => oauth2Service(w, { auth: { revocationUrl }, ...parts });
const store = (parts: Partial<Store>): Deps => otherProcess(w.deps, { store: { ...w.deps.store, ...parts } });
const left = () => w.store.keys().filter((key) => /#(SVC|AUTH)#/.test(key) && !key.includes('HIST#'));
const list = () => w.deps.store.list(auths, { ...authsOf(w.organizationId, w.workspaceId), limit: 100 });

describe('deleting a service with its auths', () => {
  it('hides it at once from lists, reads, new auths, sessions and other processes of the proxy', async () => {
    const service = await revocable();
    const auth = await connectedAuth(w, service);
    const { link } = await opened(w, { serviceId: service.id });
    await remove(service, true);
    const at = { ...servicesOf(w.organizationId, w.workspaceId), limit: 10 };
    expect((await w.deps.store.list(services, at)).items).toEqual([]);
    const gone = { status: 404, code: 'service_not_found' };
    await expect(getService(w.deps, where(service))).rejects.toMatchObject(gone);
    await expect(getUsableService(w.deps, { ...where(service), service: service.id })).rejects.toMatchObject(
      gone,
    );
    await expect(
      startConnect(w.deps, { ...where(service), input: { serviceId: service.id } }),
    ).rejects.toMatchObject(gone);
    await expect(openConnect(w.deps, link)).rejects.toMatchObject(gone);
    await expect(edited(w, service, clientDocument())).rejects.toMatchObject(gone);
    await expect(remove(service, true)).rejects.toMatchObject(gone);
    const call = {
      actor: actor(w),
      authId: auth.id,
      method: 'GET',
      path: '/',
      query: '',
      headers: [],
      body: undefined,
    };
    await expect(proxyCall(otherProcess(w.deps), call)).rejects.toMatchObject(gone);
  });

  it('destroys auths, credentials, secrets and the service, and has each grant taken back', async () => {
    const service = await revocable({
      environments: { sandbox: { auth: { clientId: 'other', clientSecret: 'sandbox-secret' } } },
    });
    const ids = [(await connectedAuth(w, service)).id, (await connectedAuth(w, service)).id];
    await remove(service, true);
    await finish(service);
    expect(w.vault.paths().filter((path) => !path.startsWith('key/'))).toEqual([]);
    expect((await list()).items).toEqual([]);
    for (const authId of ids) await revokeGrant(w.deps, { organizationId: w.organizationId, authId });
    expect(w.http.to(revocationUrl)).toHaveLength(4);
    expect(left()).toEqual([]);
    expect(told(w, 'auth.deleted')).toHaveLength(2);
    expect(told(w, 'auth.revoked')).toHaveLength(2);
  });

  it('ends clean wherever a crash comes between its steps, when the reaction runs again', async () => {
    for (let step = 0; step < 40; step += 1) {
      w = await world(step + 100);
      const tokens = countingTokens();
      w.http.answers(({ url }) => (url === tokenUrl ? tokens() : answer(200)));
      const service = await revocable();
      const ids = [(await connectedAuth(w, service)).id, (await connectedAuth(w, service)).id];
      await remove(service, true);
      let calls = 0;
      const dying = <T extends object>(port: T): T =>
        Object.fromEntries(
          Object.entries(port).map(([name, act]) => [
            name,
            (...given: unknown[]) => {
              calls += 1;
              if (calls > step) return Promise.reject(new Error('gone'));
              return (act as (...all: unknown[]) => unknown)(...given);
            },
          ]),
        ) as T;
      const deps = otherProcess(w.deps, {
        store: dying(w.deps.store),
        vault: dying(w.deps.vault),
        bus: dying({ publish: w.deps.bus.publish }),
      });
      const crashed = await finish(service, deps).then(
        () => false,
        () => true,
      );
      await finish(service);
      for (const authId of ids) await revokeGrant(w.deps, { organizationId: w.organizationId, authId });
      expect({ step, left: left() }).toEqual({ step, left: [] });
      expect(w.vault.paths().filter((path) => !path.startsWith('key/'))).toEqual([]);
      expect(told(w, 'auth.revoked')).toHaveLength(2);
      expect(w.http.to(revocationUrl)).toHaveLength(4);
      if (!crashed) return;
    }
    throw new Error('It never came to its end.');
  });

  it('takes back the grants of auths whose own deletion a crash has left half done', async () => {
    const service = await revocable();
    const auth = await connectedAuth(w, service);
    const dying = otherProcess(w.deps, {
      sealer: { ...w.deps.sealer, seal: () => Promise.reject(new Error('gone')) },
    });
    const removal = removeAuth(dying, { ...where(service), authId: auth.id, ifMatch: undefined });
    await expect(removal).rejects.toThrow('gone');
    await remove(service, true);
    await finish(service);
    await revokeGrant(w.deps, { organizationId: w.organizationId, authId: auth.id });
    expect(w.http.to(revocationUrl)).toHaveLength(2);
    expect(left()).toEqual([]);
  });

  it('ends although somebody writes the service meanwhile', async () => {
    const service = await oauth2Service(w);
    await remove(service, true);
    let meddled = false;
    const meddling = store({
      remove: async (collection, item) => {
        if (collection.name === services.name && !meddled) {
          meddled = true;
          const now = await w.deps.store.get(services, serviceKey(w.organizationId, service.id));
          if (now) await w.deps.store.replace(services, now);
        }
        return w.deps.store.remove(collection, item);
      },
    });
    await finish(service, meddling);
    expect(meddled).toBe(true);
    expect(left()).toEqual([]);
  });

  it('is tried again when an auth was deleted by somebody else in the same moment', async () => {
    const service = await oauth2Service(w);
    const auth = await connectedAuth(w, service);
    await remove(service, true);
    const stale = await list();
    await removeAuth(w.deps, { ...where(service), authId: auth.id, ifMatch: undefined });
    const late = store({ list: () => Promise.resolve(stale) as never });
    await finish(service, late);
    expect(left()).toEqual([]);
  });

  it('fails a session that was under way, and leaves nothing of it', async () => {
    const service = await revocable();
    const { id, state } = await opened(w, { serviceId: service.id });
    const tokens = countingTokens();
    w.http.answers(async ({ url }) => {
      if (url !== tokenUrl) return answer(200);
      await remove(service, true);
      return tokens();
    });
    await completeConnect(w.deps, { query: callback(state), redirectUri }).catch(() => undefined);
    await finish(service);
    const session = await readSession(w.deps, { ...where(service), sessionId: id });
    expect(session).toMatchObject({ status: 'failed', error: { code: 'service_deleted' } });
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    expect(left()).toEqual([]);
  });
});

describe('an auth that is made while its service is deleted', () => {
  it('is deleted with it, however the two meet', async () => {
    const service = await serviceOf(w, clientDocument());
    const tokens = countingTokens();
    w.http.answers(async () => {
      await remove(service, true);
      await finish(service);
      return tokens();
    });
    await expect(makeAuth(w, { serviceId: service.id })).rejects.toMatchObject({ code: 'service_not_found' });
    expect(left()).toEqual([]);
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
  });

  it('makes a deletion without force stop, and stays', async () => {
    const service = await tokenService(w);
    let made = '';
    const racing = store({
      replace: async (collection, item) => {
        if (collection.name === services.name && made === '') made = (await keyedAuth(w, service)).id;
        return w.deps.store.replace(collection, item);
      },
    });
    await expect(remove(service, false, racing)).rejects.toMatchObject({
      status: 409,
      code: 'service_in_use',
    });
    await finish(service);
    expect((await getService(w.deps, where(service))).removedAt).toBeUndefined();
    expect((await list()).items.map(({ id }) => id)).toEqual([made]);
    expect(told(w, 'service.')).toEqual([]);
  });
});

describe('deleting a service without force', () => {
  it('is not held up by auths that are being deleted', async () => {
    const service = await tokenService(w);
    const auth = await keyedAuth(w, service);
    const down = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await removeAuth(down, { ...where(service), authId: auth.id, ifMatch: undefined });
    expect((await list()).items).toMatchObject([{ state: 'deleting' }]);
    await remove(service, false);
    await finish(service);
    expect(left()).toEqual([]);
  });

  it('keeps what the bus did not take, and is done when it does', async () => {
    const service = await tokenService(w);
    const down = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await remove(service, false, down);
    await expect(finish(service, down)).rejects.toThrow('bus');
    await finish(service);
    expect(told(w, 'service.removal_begun')).toHaveLength(1);
    await expect(
      currentService(w.deps, { ...where(service), environment: 'production' }),
    ).rejects.toMatchObject({
      code: 'service_not_found',
    });
    expect(left()).toEqual([]);
  });
});
