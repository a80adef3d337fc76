import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { personOf } from '#shared/domain/callers/person.ts';
import { authenticateEndUser } from '#shared/domain/end-users/authenticate.ts';
import { createEndUserSession } from '#shared/domain/end-users/create-session.ts';
import { createOrganization } from '#shared/domain/organization/create.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import type { Answered } from '../../support/api.ts';
import { anotherOrganization, minutesPass } from '../../support/departures.ts';
import { furnished } from '../../support/furnished.ts';
import { actor, tokenService } from '../../support/nouns.ts';
import { serviceKey, services } from '#shared/domain/services/service.ts';
import { endStage, w, send, codeOf, setStage } from './leavers.ts';

beforeEach(setStage);
afterEach(endStage);

describe('deleting an organization', () => {
  it('frees its external id at once for another one, and shuts out its people and sessions within 10 s', async () => {
    const by = { ...actor(w), role: 'owner' as const };
    const { organization, key: text } = await createOrganization(w.deps, {
      by,
      name: 'Tenant',
      externalId: 'tenant-1',
    });
    const tokens = { issuer: 'https://id.example', audience: ['a'], userClaim: 'sub' };
    const who = () =>
      personOf(
        w.deps,
        { ...tokens, organizationClaim: 'org', roleClaim: 'role' },
        { sub: 'u', role: 'admin', org: 'tenant-1' },
      );
    expect(await who()).toMatchObject({ organizationId: organization.id });
    const made = await createEndUserSession(w.deps, {
      organizationId: organization.id,
      workspaceId: organization.organizationWorkspaceId,
      input: { endUserId: 'eu-1', expiresInSeconds: 3600 },
    });
    expect(await authenticateEndUser(w.deps, made.token.reveal())).toBeDefined();
    const as = text.reveal();
    const path = `/v1/organization?confirm=${organization.id}`;
    expect((await send('DELETE', path, { as })).status).toBe(202);
    await w.clock.advance(10_001);
    await expect(who()).rejects.toMatchObject({ status: 403, code: 'not_a_member' });
    expect(await authenticateEndUser(w.deps, made.token.reveal())).toBeUndefined();
    const next = await createOrganization(w.deps, { by, name: 'Tenant', externalId: 'tenant-1' });
    expect(next.organization.id).not.toBe(organization.id);
    await minutesPass(w, 60);
    expect(await who()).toMatchObject({ organizationId: next.organization.id });
  });

  it('takes legacy services with it, too', async () => {
    const own = await anotherOrganization(w);
    const { organizationId } = own;
    const legacy = await tokenService(own);
    await w.deps.store.replace(services, { ...legacy, origin: 'legacy', legacy: { id: 'old-1' } });
    const { text } = await createKey(w.deps, { by: actor(own), input: { name: 'Own', role: 'owner' } });
    await send('DELETE', `/v1/organization?confirm=${organizationId}`, { as: text.reveal() });
    await minutesPass(w, 60);
    const receipt = await send('GET', `/v1/organization-removals/${organizationId}`);
    expect(receipt.json).toMatchObject({ state: 'done' });
    expect(await w.deps.store.get(services, serviceKey(organizationId, legacy.id))).toBeUndefined();
  });

  it('asks for its id once more, and refuses the one that the deployment began with', async () => {
    const path = '/v1/organization?confirm=';
    expect(codeOf(await send('DELETE', `${path}x`))).toEqual([422, 'not_confirmed']);
    const own = await send('DELETE', `${path}${w.organizationId}`);
    expect(codeOf(own)).toEqual([409, 'first_organization']);
    expect((await send('GET', '/v1/organization')).status).toBe(200);
  });

  it('leaves its external id to another one, which is nothing of the first', async () => {
    const body = { name: 'Acme', externalId: 'tenant-17' };
    const first = await send('POST', '/v1/organizations', { body });
    const id = String(first.json['id']);
    const remove = (of: Answered) =>
      send('DELETE', `/v1/organization?confirm=${String(of.json['id'])}`, { as: String(of.json['key']) });
    expect((await remove(first)).status).toBe(202);
    const second = await send('POST', '/v1/organizations', { body });
    expect(second.status).toBe(201);
    expect(second.json['id']).not.toBe(id);
    await minutesPass(w, 60);
    const as = String(second.json['key']);
    expect((await send('GET', '/v1/organization', { as })).json).toMatchObject(body);
    expect((await remove(second)).json).toMatchObject({ state: 'under_way', removed: { keys: 1 } });
  });

  it('lets nobody in any more and leaves a receipt, which owners of the first organization alone read', async () => {
    const own = await anotherOrganization(w);
    await furnished(own);
    const { organizationId } = own;
    const { text } = await createKey(w.deps, { by: actor(own), input: { name: 'Own', role: 'owner' } });
    const as = text.reveal();
    const begun = await send('DELETE', `/v1/organization?confirm=${organizationId}`, { as });
    expect([begun.status, begun.json]).toMatchObject([
      202,
      {
        organizationId,
        state: 'under_way',
        removed: { workspaces: 1, keys: 2, umbrellas: 1, subscriptions: 1 },
      },
    ]);
    await minutesPass(w, 60);
    expect((await send('GET', '/v1/workspaces', { as })).status).toBe(401);
    const path = `/v1/organization-removals/${organizationId}`;
    expect((await send('GET', path)).json).toMatchObject({ id: begun.json['id'], state: 'done' });
    const third = await anotherOrganization(w);
    const other = await createKey(w.deps, { by: actor(third), input: { name: 'Own', role: 'owner' } });
    const refused = await send('GET', path, { as: other.text.reveal() });
    expect(codeOf(refused)).toEqual([404, 'organization_removal_not_found']);
  });
});
