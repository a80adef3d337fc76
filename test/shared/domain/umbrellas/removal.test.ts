import { beforeEach, describe, expect, it } from '@jest/globals';
import { PageQuery } from '#shared/domain/inputs.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { removeService } from '#shared/domain/services/remove.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { updateService } from '#shared/domain/services/update.ts';
import { countUser } from '#shared/domain/umbrellas/count-users.ts';
import { listUmbrellas } from '#shared/domain/umbrellas/describe.ts';
import { getUmbrella } from '#shared/domain/umbrellas/get.ts';
import { finishUmbrellaRemoval, removeUmbrella } from '#shared/domain/umbrellas/remove.ts';
import { listServicesUnder } from '#shared/domain/umbrellas/services-under.ts';
import { setVerification } from '#shared/domain/umbrellas/set-verification.ts';
import type { Umbrella } from '#shared/domain/umbrellas/umbrella.ts';
import type { Deps } from '#shared/ports.ts';
import { otherProcess, told, world, type World } from '../../../support/deps.ts';
import {
  actor,
  countingTokens,
  makeAuth,
  oauth2Document,
  oauth2Service,
  sharedWorkspace,
  umbrella,
} from '../../../support/nouns.ts';

let w: World;
let over: Umbrella;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  over = await umbrella(w);
});

const where = () => ({ organizationId: w.organizationId, umbrellaId: over.id });
const remove = (deps: Deps = w.deps, ifMatch?: string) => removeUmbrella(deps, { ...where(), ifMatch });
const finish = () => finishUmbrellaRemoval(w.deps, where());
const under = async (workspaceId?: string, query: Record<string, unknown> = {}) =>
  listServicesUnder(w.deps, {
    by: actor(w, 'owner', workspaceId),
    umbrellaId: over.id,
    query: PageQuery.parse(query),
  });
const edit = (service: Service, parts: Record<string, unknown>, deps: Deps = w.deps) =>
  updateService(deps, {
    organizationId: w.organizationId,
    workspaceId: service.workspaceId,
    serviceId: service.id,
    input: ServiceInput.parse(JSON.parse(JSON.stringify(oauth2Document(parts)))),
    ifMatch: undefined,
  });
const listed = async () =>
  (await listUmbrellas(w.deps, { organizationId: w.organizationId, query: PageQuery.parse({}) })).items.map(
    ({ id }) => id,
  );
const kept = () => w.store.keys().filter((key) => key.includes(over.id));

describe('the services under an umbrella', () => {
  it('are those that say so now, each with its environment, workspace and name (R40)', async () => {
    const sandbox = { umbrellaId: over.id, auth: { clientId: 'box', clientSecret: 'box-secret' } };
    const first = await oauth2Service(w, { name: 'First', umbrellaId: over.id });
    await w.clock.advance(1);
    const second = await oauth2Service(w, { name: 'Second', environments: { sandbox } });
    await w.clock.advance(1);
    const third = await oauth2Service(w, { name: 'Third', umbrellaId: over.id });
    const { workspaceId } = w;
    expect((await under()).items).toEqual([
      { serviceId: first.id, environment: 'production', workspaceId, name: 'First' },
      { serviceId: second.id, environment: 'sandbox', workspaceId, name: 'Second' },
      { serviceId: third.id, environment: 'production', workspaceId, name: 'Third' },
    ]);
    await edit(first, {});
    await edit(second, {});
    await removeService(w.deps, {
      organizationId: w.organizationId,
      workspaceId,
      serviceId: third.id,
      force: true,
      ifMatch: undefined,
    });
    expect((await under()).items).toEqual([]);
  });

  it('are told to a key of one workspace only as far as they are its own (R8)', async () => {
    const team = await sharedWorkspace(w);
    await oauth2Service(w, { umbrellaId: over.id });
    const own = await oauth2Service({ ...w, workspaceId: team.id }, { umbrellaId: over.id });
    expect((await under(team.id)).items.map(({ serviceId }) => serviceId)).toEqual([own.id]);
    expect((await under()).items).toHaveLength(2);
  });

  it('are read page by page; of an umbrella that there is not, 404', async () => {
    for (let count = 0; count < 3; count += 1) await oauth2Service(w, { umbrellaId: over.id });
    const first = await under(undefined, { limit: 2 });
    const second = await under(undefined, { limit: 2, cursor: first.nextCursor });
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
    over = { ...over, id: over.id.replace(/.$/, 'z') };
    await expect(under()).rejects.toMatchObject({ code: 'umbrella_not_found' });
  });
});

describe('deleting an umbrella', () => {
  it('is refused while a service runs under it, which is named', async () => {
    const service = await oauth2Service(w, { umbrellaId: over.id });
    await expect(remove()).rejects.toMatchObject({
      status: 409,
      code: 'umbrella_in_use',
      details: [
        {
          path: `/v1/workspaces/${w.workspaceId}/services/${service.id}`,
          message: 'its environment production runs under it',
        },
      ],
    });
    expect(await listed()).toEqual([over.id]);
    await edit(service, {});
    await remove();
    expect(await listed()).toEqual([]);
  });

  it('is refused for another version than the one that was read', async () => {
    await expect(remove(w.deps, '"7"')).rejects.toMatchObject({ status: 412 });
    await remove(w.deps, '"1"');
    await expect(remove()).rejects.toMatchObject({ status: 404 });
  });

  it('is done for everyone at once, and leaves nothing when it is finished; again, nothing happens', async () => {
    const service = await oauth2Service(w, { umbrellaId: over.id });
    const auth = await makeAuth(w, { serviceId: service.id, credential: { accessToken: 'at' } });
    await countUser(w.deps, { organizationId: w.organizationId, authId: auth.id });
    await setVerification(w.deps, {
      by: actor(w),
      umbrellaId: over.id,
      input: { status: 'demo' },
      ifMatch: undefined,
    });
    await edit(service, {});
    await remove();
    await expect(getUmbrella(w.deps, where())).rejects.toMatchObject({ code: 'umbrella_not_found' });
    await expect(oauth2Service(w, { umbrellaId: over.id })).rejects.toMatchObject({ status: 422 });
    expect(told(w, 'umbrella.removal')).toEqual(['umbrella.removal_begun']);
    expect(kept().length).toBeGreaterThan(3);
    await finish();
    // As whom an auth was counted lies with the auth.
    expect(kept()).toEqual([expect.stringContaining(`#AUTH#${auth.id}","sort":"COUNTED#`)]);
    await finish();
    await countUser(w.deps, { organizationId: w.organizationId, authId: auth.id });
    expect(kept()).toHaveLength(1);
  });

  it('does not begin while it is only asked to be finished', async () => {
    await finish();
    expect(await listed()).toEqual([over.id]);
  });

  it('waits for the bus to take what it has to tell', async () => {
    const deaf = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await remove(deaf);
    await expect(finishUmbrellaRemoval(deaf, where())).rejects.toThrow('The bus did not take');
    expect(kept()).toHaveLength(1);
    await finish();
    expect([kept(), told(w, 'umbrella.')]).toEqual([[], ['umbrella.removal_begun']]);
  });
});

describe('a service that is written while its umbrella is deleted', () => {
  /** Does something in the moment before a service is written, or before an umbrella is marked. */
  const before = (collection: string, act: () => Promise<unknown>): Deps => {
    let done = false;
    const first = async (name: string) => {
      if (name !== collection || done) return;
      done = true;
      await act();
    };
    const { insert, replace } = w.deps.store;
    return otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        insert: async (of, item) => first(of.name).then(() => insert(of, item)),
        replace: async (of, item) => first(of.name).then(() => replace(of, item)),
      },
    });
  };

  it('is found by who deletes, and the umbrella stays', async () => {
    const deps = before('umbrella', () => oauth2Service(w, { umbrellaId: over.id }));
    await expect(remove(deps)).rejects.toMatchObject({ code: 'umbrella_in_use' });
    expect(await listed()).toEqual([over.id]);
    expect((await getUmbrella(w.deps, where())).outbox).toEqual([]);
  });

  it('is not made', async () => {
    const deps = before('service', () => remove());
    await expect(oauth2Service({ ...w, deps }, { umbrellaId: over.id })).rejects.toMatchObject({
      status: 409,
      code: 'umbrella_removed',
      details: [{ path: 'body.umbrellaId', message: 'There is no such umbrella.' }],
    });
    expect(told(w, 'service.')).toEqual(['service.removal_begun']);
  });

  it('is told of it when it was there before', async () => {
    const service = await oauth2Service(w);
    const deps = before('service', () => remove());
    const sandbox = { umbrellaId: over.id, auth: { clientId: 'box', clientSecret: 'box-secret' } };
    await expect(edit(service, { environments: { sandbox } }, deps)).rejects.toMatchObject({
      code: 'umbrella_removed',
      details: [{ path: 'body.environments.sandbox.umbrellaId', message: 'There is no such umbrella.' }],
    });
  });
});
