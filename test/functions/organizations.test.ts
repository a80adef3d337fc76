import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { handler as keysHandler } from '#functions/keys/lambda.ts';
import { handler } from '#functions/organization/lambda.ts';
import { provide } from '#shared/deps.ts';
import { firstKey, foundOrganization } from '#shared/domain/deployment/found.ts';
import { organizationMeant } from '#shared/domain/organization/external-id.ts';
import { organizationOf, organizations } from '#shared/domain/workspaces/organization.ts';
import { call } from '../support/api.ts';
import { world, type World } from '../support/deps.ts';
import { capturedOutput } from '../support/output.ts';

let w: World;
let output: ReturnType<typeof capturedOutput>;
let owner = '';
beforeEach(async () => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
  owner = (await firstKey(w.deps, w.organizationId)).reveal();
});
afterEach(() => {
  output.stop();
});

const send = (method: string, path: string, { key = owner, body }: { key?: string; body?: unknown } = {}) =>
  call(path.startsWith('/v1/keys') ? keysHandler : handler, {
    method,
    path,
    headers: { authorization: `Bearer ${key}` },
    ...(body !== undefined && { body }),
  });
const create = (body: object) => send('POST', '/v1/organizations', { body });

describe('a second organization', () => {
  it('has a workspace and an owner’s key, which is shown once', async () => {
    const { status, json, headers } = await create({ name: 'Acme', externalId: 'tenant-17' });
    expect(status).toBe(201);
    expect(headers['cache-control']).toBe('no-store');
    const key = String(json['key']);
    const own = await send('GET', '/v1/organization', { key });
    expect(own.json).toMatchObject({ id: json['id'], name: 'Acme', externalId: 'tenant-17' });
    const read = await send('GET', `/v1/organizations/${String(json['id'])}`);
    expect(read.json).toEqual(own.json);
    expect(read.text).not.toContain(key);
    expect((await send('GET', '/v1/keys', { key })).json['items']).toHaveLength(1);
  });

  it('is made, listed and read by owners of the first one alone', async () => {
    const { json } = await create({ name: 'Acme' });
    const key = String(json['key']);
    for (const [method, path, body] of [
      ['POST', '/v1/organizations', { name: 'Mine' }],
      ['GET', '/v1/organizations', undefined],
      ['GET', `/v1/organizations/${w.organizationId}`, undefined],
      ['GET', `/v1/organizations/${String(json['id'])}`, undefined],
    ] as const) {
      const { status, error, text } = await send(method, path, { key, body });
      expect([status, error.code]).toEqual([403, 'forbidden']);
      expect(text).not.toContain(w.organizationId);
    }
  });

  it('stands in the list with the first one, page by page', async () => {
    const { json } = await create({ name: 'Acme' });
    const listed = await send('GET', '/v1/organizations');
    expect(listed.json['items']).toMatchObject([
      { id: w.organizationId, name: 'Organization', externalId: null },
      { id: json['id'], name: 'Acme' },
    ]);
    expect(listed.text).not.toContain('lk_');
  });

  it('has an external id that no other has: 409', async () => {
    const { json } = await create({ name: 'Acme', externalId: 'tenant-17' });
    const again = await create({ name: 'Else', externalId: 'tenant-17' });
    expect([again.status, again.error.code]).toEqual([409, 'external_id_taken']);
    expect(await organizationMeant(w.deps, 'tenant-17')).toBe(json['id']);
    expect(await organizationMeant(w.deps, String(json['id']))).toBe(json['id']);
    for (const nobody of ['tenant-18', `org_${'0'.repeat(26)}`, '', 'a b', 'x'.repeat(500)])
      expect(await organizationMeant(w.deps, nobody)).toBeUndefined();
  });

  it('has no external id that reads like an id: it could be taken for another organization', async () => {
    expect((await create({ name: 'Acme', externalId: w.organizationId })).status).toBe(422);
  });

  it('is one when it is made twice in the same moment, with one key that works', async () => {
    const made = await Promise.all([1, 2].map(() => create({ name: 'Acme', externalId: 'tenant-17' })));
    expect(made.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const { json } = made.find(({ status }) => status === 201)!;
    const kept = await send('GET', '/v1/keys', { key: String(json['key']) });
    expect(kept.json['items']).toHaveLength(1);
  });

  it('is completed by the next call, under the same id, wherever a crash left it', async () => {
    for (let writes = 0; writes < 4; writes += 1) {
      let left = writes;
      const externalId = `tenant-${writes}`;
      const insert: typeof w.deps.store.insert = async (collection, item) => {
        left -= 1;
        if (left < 0) throw new Error('crash');
        return w.deps.store.insert(collection, item);
      };
      provide({ ...w.deps, store: { ...w.deps.store, insert } });
      expect((await create({ name: 'Acme', externalId })).status).toBe(500);
      provide(w.deps);
      const made = await create({ name: 'Acme', externalId });
      expect(made.status).toBe(201);
      const { organizationWorkspaceId } = await organizationOf(w.deps, String(made.json['id']));
      expect(made.json['organizationWorkspaceId']).toBe(organizationWorkspaceId);
      expect((await send('GET', '/v1/organization', { key: String(made.json['key']) })).status).toBe(200);
    }
  });
});

describe('the first organization', () => {
  it('of an older deployment is entered in the list by the job that founds it', async () => {
    const { createdAt: _, ...older } = await organizationOf(w.deps, w.organizationId);
    expect(organizations.schema.parse({ ...older, name: undefined })).toMatchObject({ name: 'Organization' });
    await w.deps.store.replace(organizations, older);
    await foundOrganization(w.deps);
    expect((await organizationOf(w.deps, w.organizationId)).createdAt).toBe(w.clock.now());
  });

  it('is renamed by an owner', async () => {
    const renamed = await send('PATCH', '/v1/organization', { body: { name: 'Acme' } });
    expect(renamed.json).toMatchObject({ name: 'Acme', discouragedTypes: 'allowed', version: 2 });
  });
});
