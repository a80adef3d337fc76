import { beforeEach, describe, expect, it } from '@jest/globals';
import { claimOf } from '#shared/domain/callers/claim.ts';
import { personOf } from '#shared/domain/callers/person.ts';
import { members } from '#shared/domain/members/member.ts';
import { createOrganization } from '#shared/domain/organization/create.ts';
import type { TokenSettings } from '#shared/settings.ts';
import { world, type World } from '../../../support/deps.ts';
import { actor } from '../../../support/nouns.ts';
import { person } from '../../../support/people.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const tokens: TokenSettings = { issuer: 'https://id.acme.example', audience: ['latchkey'], userClaim: 'sub' };
const who = (claims: Readonly<Record<string, unknown>>, parts: Partial<TokenSettings> = {}) =>
  personOf(w.deps, { ...tokens, ...parts }, claims);
const notAMember = { status: 403, code: 'not_a_member' };

describe('the bearer of a good token', () => {
  it('is a person of the first organization, with the role that is stored here', async () => {
    await person(w, 'user-1', 'admin');
    const { organizationId } = w;
    expect(await who({ sub: 'user-1' })).toEqual({
      type: 'user',
      id: 'user-1',
      organizationId,
      role: 'admin',
    });
  });

  it('is nobody here without a record, whatever role the token names by a claim that is not configured', async () => {
    await expect(who({ sub: 'user-1', role: 'owner' })).rejects.toMatchObject(notAMember);
  });

  it('R54 is refused once removed, within ten seconds, also when the token says owner', async () => {
    const record = await person(w, 'user-1', 'owner');
    const claims = { sub: 'user-1', role: 'owner' };
    expect(await who(claims)).toBeDefined();
    await w.deps.store.replace(members, { ...record!, removedAt: w.clock.now() });
    await w.clock.advance(10_000);
    await expect(who(claims)).rejects.toMatchObject(notAMember);
    await expect(who(claims, { roleClaim: 'role' })).rejects.toMatchObject(notAMember);
  });

  it.each([
    ['a text', 'role', { role: 'admin' }, 'admin'],
    [
      'a list, of which the highest counts',
      'groups',
      { groups: ['staff', 'member', 'owner', 'admin'] },
      'owner',
    ],
    [
      'a claim with a URL for its name',
      'https://acme.example/role',
      { 'https://acme.example/role': 'member' },
      'member',
    ],
    ['a claim in another', 'realm_access.roles', { realm_access: { roles: ['member'] } }, 'member'],
  ])('has the role of the configured claim: %s', async (_, roleClaim, claims, role) => {
    expect(await who({ sub: 'user-1', ...claims }, { roleClaim })).toMatchObject({ role });
  });

  it.each([
    ['is missing', {}],
    ['is a role of a workspace', { role: 'viewer' }],
    ['is written otherwise', { role: 'Owner' }],
    ['is a role with something before it', { role: 'not-an-admin' }],
    ['is an object', { role: { owner: true } }],
    ['is a list in a list', { role: [['owner']] }],
    ['is one of what the role has only in Object’s prototype', { role: 'constructor' }],
  ])('has no role where the configured claim %s, also if there is a stored one', async (_, claims) => {
    await person(w, 'user-1', 'owner');
    await expect(who({ sub: 'user-1', ...claims }, { roleClaim: 'role' })).rejects.toMatchObject(notAMember);
  });

  it('is of the organization that the configured claim names, by its own id or by what the deployer calls it', async () => {
    const { organization } = await createOrganization(w.deps, {
      by: actor(w),
      name: 'Globex',
      externalId: 'tenant-2',
    });
    const parts = { organizationClaim: 'tenant', roleClaim: 'role' };
    for (const tenant of ['tenant-2', organization.id])
      expect(await who({ sub: 'u', role: 'admin', tenant }, parts)).toMatchObject({
        organizationId: organization.id,
      });
    for (const tenant of [
      'tenant-3',
      `org_${'0'.repeat(26)}`,
      '',
      7,
      undefined,
      ['tenant-2'],
      { id: 'tenant-2' },
    ])
      await expect(who({ sub: 'u', role: 'owner', tenant }, parts)).rejects.toMatchObject(notAMember);
  });

  it('has in one organization no role of another', async () => {
    await createOrganization(w.deps, { by: actor(w), name: 'Globex', externalId: 'tenant-2' });
    await person(w, 'user-1', 'owner');
    const told = { sub: 'user-1', tenant: 'tenant-2' };
    await expect(who(told, { organizationClaim: 'tenant' })).rejects.toMatchObject(notAMember);
  });

  it('is called as the configured claim says, and nobody without it', async () => {
    await person(w, 'ann@acme.example', 'member');
    const claims = { sub: 'x', email: 'ann@acme.example' };
    expect(await who(claims, { userClaim: 'email' })).toMatchObject({ id: 'ann@acme.example' });
    for (const sub of [undefined, '', 7, ['user-1'], 'a b', 'u'.repeat(201)])
      expect(await who({ sub })).toBeUndefined();
  });
});

describe('a claim', () => {
  it.each([
    ['its own name', 'a', { a: 1 }, 1],
    ['its own name with dots, before any way', 'a.b', { 'a.b': 1, a: { b: 2 } }, 1],
    ['a way', 'a.b.c', { a: { b: { c: 3 } } }, 3],
    ['a way that ends before', 'a.b.c', { a: { b: 3 } }, undefined],
    ['a name of the prototype', 'constructor.name', {}, undefined],
    ['__proto__', '__proto__', {}, undefined],
  ])('is found by %s', (_, name, claims, value) => {
    expect(claimOf(claims, name)).toBe(value);
  });
});
