import { beforeEach, describe, expect, it } from '@jest/globals';
import { authenticateKey } from '#shared/domain/keys/authenticate.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { NewKey } from '#shared/domain/keys/key.ts';
import { removeKey } from '#shared/domain/keys/remove.ts';
import { foundOrganization, foundWithKey } from '#shared/domain/deployment/found.ts';
import type { Role } from '#shared/permissions.ts';
import { otherProcess, world, type World } from '../../../support/deps.ts';
import { actor, sharedWorkspace } from '../../../support/nouns.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const make = (input: { role: Role; workspaceId?: string }, by: Role = 'owner') =>
  createKey(w.deps, { by: actor(w, by), input: NewKey.parse({ name: 'Backend', ...input }) });

describe('a server key', () => {
  it('tells who calls: organization, role and the workspace that it is bound to', async () => {
    const { id: workspaceId } = await sharedWorkspace(w);
    const { key, text } = await make({ role: 'viewer', workspaceId });
    expect(await authenticateKey(w.deps, text.reveal())).toEqual({
      type: 'key',
      id: key.id,
      organizationId: w.organizationId,
      workspaceId,
      role: 'viewer',
    });
  });

  it('is stored as a hash alone', async () => {
    const { text } = await make({ role: 'admin' });
    const token = text.reveal().split('_').at(-1) ?? '';
    expect(token).toHaveLength(52);
    expect(w.store.dump()).not.toContain(token);
  });

  it('is refused with any other token, form or prefix', async () => {
    const { text } = await make({ role: 'admin' });
    const good = text.reveal();
    const wrong = [
      good.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      good.slice(0, -1),
      `${good}0`,
      good.replace('lk_', 'LK_'),
      good.toUpperCase(),
      ` ${good}`,
      '',
      'lk_',
      `lk_${'0'.repeat(26)}_${'0'.repeat(26)}_${'0'.repeat(52)}`,
    ];
    for (const candidate of wrong) expect(await authenticateKey(w.deps, candidate)).toBeUndefined();
    expect(await authenticateKey(w.deps, good)).toBeDefined();
  });

  it('that is deleted stops working within ten seconds, and at once where it was not just used', async () => {
    const { key, text } = await make({ role: 'admin' });
    await authenticateKey(w.deps, text.reveal());
    await removeKey(w.deps, { by: actor(w), keyId: key.id });
    expect(await authenticateKey(otherProcess(w.deps), text.reveal())).toBeUndefined();
    await w.clock.advance(10_000);
    expect(await authenticateKey(w.deps, text.reveal())).toBeUndefined();
    await expect(removeKey(w.deps, { by: actor(w), keyId: key.id })).rejects.toMatchObject({ status: 404 });
  });

  it('of an owner is made by owners alone, and is bound to no workspace', async () => {
    await expect(make({ role: 'owner' }, 'admin')).rejects.toMatchObject({ status: 403 });
    await expect(make({ role: 'owner', workspaceId: w.workspaceId })).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.role' }],
    });
    expect((await make({ role: 'owner' })).key.role).toBe('owner');
  });

  it('of an owner is deleted by owners alone', async () => {
    const { key } = await make({ role: 'owner' });
    const by = (role: 'admin' | 'owner') => removeKey(w.deps, { by: actor(w, role), keyId: key.id });
    await expect(by('admin')).rejects.toMatchObject({ status: 403 });
    await expect(by('owner')).resolves.toBeUndefined();
    expect((await make({ role: 'admin' }, 'admin')).key.role).toBe('admin');
  });

  it('cannot be bound to a workspace that there is not', async () => {
    await expect(make({ role: 'viewer', workspaceId: `ws_${'0'.repeat(26)}` })).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.workspaceId' }],
    });
  });
});

describe('a deployment', () => {
  it('is founded once, however often and from however many processes', async () => {
    const all = await Promise.all([foundOrganization(w.deps), foundOrganization(otherProcess(w.deps))]);
    for (const found of all)
      expect(found).toEqual({ organizationId: w.organizationId, workspaceId: w.workspaceId });
  });

  it("has its first key in the vault, an owner's, made once", async () => {
    expect([await foundWithKey(w.deps), await foundWithKey(w.deps)]).toEqual([1, 0]);
    const path = w.vault.paths().find((each) => each.startsWith('key/')) ?? '';
    expect(w.vault.versions(path)).toBe(1);
  });

  it('whose founding broke off is finished by the next', async () => {
    const { memoryPorts } = await import('../../../support/deps.ts');
    const ports = memoryPorts();
    const dying = otherProcess(ports.deps, {
      store: {
        ...ports.deps.store,
        insert: (collection, item) =>
          collection.name === 'workspace'
            ? Promise.reject(new Error('gone'))
            : ports.deps.store.insert(collection, item),
      },
    });
    await expect(foundOrganization(dying)).rejects.toThrow('gone');
    const { workspaceId } = await foundOrganization(ports.deps);
    expect(ports.store.keys().some((key) => key.includes(workspaceId))).toBe(true);
  });
});
