import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths } from '#shared/domain/auths/auth.ts';
import { finishOrganizationRemoval } from '#shared/domain/organization/finish-removal.ts';
import { removeOrganization } from '#shared/domain/organization/remove.ts';
import { finishWorkspaceRemoval } from '#shared/domain/workspaces/finish-removal.ts';
import { removeWorkspace } from '#shared/domain/workspaces/remove.ts';
import { removalKey, removals } from '#shared/domain/workspaces/removal.ts';
import type { Deps, Store, Vault } from '#shared/ports.ts';
import { anotherOrganization, inventory, minutesPass } from '../../../support/departures.ts';
import { otherProcess, world, type World } from '../../../support/deps.ts';
import { furnished } from '../../../support/furnished.ts';
import { actor } from '../../../support/nouns.ts';
import { spoiledAuth } from '../../../support/poison.ts';

/**
 * What becomes of the items of each collection when their workspace, or their organization, is deleted. A new kind of item needs a
 * row: decide, add a part to `contents` or `organizationContents`, and let `furnished` make one.
 */
const ends = {
  workspace: [
    'workspace',
    'service',
    'auth',
    'auth_history',
    'counted_auth',
    'connect_session',
    'key',
    'membership',
    'summary',
    'ends',
    'umbrella_link',
    'connector',
    'solution',
    'import',
    'end_user_session',
    'end_user_auth',
    'end_user_index',
    'forgetting',
    'receipt',
    'workspace_claim',
  ],
  organization: [
    'organization',
    'member',
    'subscription',
    'delivery',
    'digest_window',
    'umbrella',
    'umbrella_record',
    'umbrella_usage',
    'counted_user',
    'workspace_removal',
    'owners',
    'legacy_record',
    'external_organization',
    // Of a workspace too, which it outlives: who deleted it stands there.
    'history_entry',
  ],
  /** Go by their own work, which needs nothing of what is gone: a grant is revoked, an answer that was held is destroyed. */
  work: ['revocation', 'escrow', 'local_message'],
  /** Dropped by DynamoDB, within 30 days at the most, and hold no credential that opens anything. */
  time: [
    'auth_trace',
    'trouble',
    'connect_state',
    'idempotency_record',
    'definitions_import',
    'breaker',
    'passes',
    'call_window',
    'call_seats',
    'lane',
    'delivery_line',
    'digest_bucket',
  ],
  /** Removed by the vault with what they belong to. */
  vault: ['sealed_secret'],
  /** The receipt, and what belongs to the deployment. */
  stays: ['organization_removal', 'deployment', 'watermark'],
} as const;

const names = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/name: '(\w+)',\s+schema:/g)])
    .map(([, name]) => name!);

const dropped: readonly string[] = [...ends.time, ...ends.work];

let w: World;
let seen: ReturnType<typeof inventory>;

beforeEach(async () => {
  const plain = await world();
  seen = inventory(plain.deps.store);
  w = { ...plain, deps: { ...plain.deps, store: seen.store } };
});

/** What the store holds that names something, but for what goes by itself. */
const leftOf = (id: string) =>
  seen
    .held()
    .filter(({ text, collection }) => text.includes(id) && !dropped.includes(collection))
    .map(({ collection }) => collection)
    .sort();
/** What subscribers were told is theirs, for its 30 days; who did what is the organization's. */
const outlives: readonly string[] = ['delivery', 'history_entry'];
const restOf = (workspaceId: string) => leftOf(workspaceId).filter((name) => !outlives.includes(name));
/** What goes by itself meanwhile. */
const passing: readonly string[] = ['delivery', 'forgetting', 'end_user_session'];
const kindsOf = (id: string) => new Set(leftOf(id));

const forced = (deps: Deps, of: World, workspaceId: string) =>
  removeWorkspace(deps, {
    organizationId: of.organizationId,
    workspaceId,
    force: true,
    ifMatch: undefined,
    by: actor(of),
  });

describe('every kind of item', () => {
  it('is known to the rules of what becomes of it when its workspace or organization is deleted', () => {
    const all = [...names('shared'), ...names('local')];
    expect(all.length).toBeGreaterThan(30);
    expect([...new Set(all)].sort()).toEqual(Object.values(ends).flat().sort());
  });
});

describe('a workspace that was deleted', () => {
  it('leaves nothing but the receipt, and nothing of another workspace is touched', async () => {
    const { workspaceId } = await furnished(w);
    const { workspaceId: other } = await furnished(w, 'Other');
    const kinds = [...kindsOf(workspaceId)];
    // Umbrella links, counts and what was learnt bear no workspace: their services and auths do.
    const indirect = ['ends', 'umbrella_link', 'counted_auth'];
    expect(ends.workspace.filter((name) => !indirect.includes(name) && !kinds.includes(name))).toEqual([]);
    const beside = leftOf(other);
    const auths = seen
      .held()
      .filter(({ collection, text }) => collection === 'auth' && text.includes(workspaceId));
    const services = seen
      .held()
      .filter(({ collection, text }) => collection === 'service' && text.includes(workspaceId));
    const ids = [...auths, ...services].map(({ key }) => /#(?:AUTH|SVC)#(\w+)/.exec(key.partition)![1]!);
    expect(ids).toHaveLength(4);
    await forced(w.deps, w, workspaceId);
    await minutesPass(w, 40);
    expect(restOf(workspaceId)).toEqual(['workspace_removal']);
    // The count of an umbrella names the last who came or went; what was imported once does not come back.
    const others = [...outlives, 'umbrella_usage', 'legacy_record'];
    for (const id of ids) expect([id, leftOf(id).filter((name) => !others.includes(name))]).toEqual([id, []]);
    expect(leftOf(other)).toEqual(expect.arrayContaining(beside.filter((name) => !passing.includes(name))));
    expect(w.vault.paths().filter((path) => ids.some((id) => path.includes(id)))).toEqual([]);
    expect(w.vault.emptied).toEqual([{ organizationId: w.organizationId, workspaceId }]);
    const receipt = await w.deps.store.get(removals, removalKey(w.organizationId, workspaceId));
    expect(receipt).toMatchObject({
      reason: 'deleted',
      gone: {
        held: {
          keys: 1,
          members: 1,
          connectSessions: 2,
          services: 2,
          auths: 2,
          summaries: 1,
          connectors: 1,
          solutions: 1,
          receipts: 1,
        },
      },
      endedAt: expect.any(Number),
    });
  });
});

describe('an auth that cannot be read any more', () => {
  it('is destroyed with its workspace all the same, and its credential', async () => {
    const { workspaceId } = await furnished(w);
    const found = seen
      .held()
      .find(({ collection, text }) => collection === 'auth' && text.includes(workspaceId))!;
    const auth = (await w.deps.store.get(auths, found.key))!;
    await spoiledAuth(w, auth);
    await expect(w.deps.store.get(auths, found.key)).rejects.toThrow();
    await forced(w.deps, w, workspaceId);
    await minutesPass(w, 40);
    expect(restOf(workspaceId)).toEqual(['workspace_removal']);
    expect(w.vault.paths().filter((path) => path.includes(auth.id))).toEqual([]);
  });
});

describe('an organization that was deleted', () => {
  it('leaves nothing but the receipt, and nothing of another organization is touched', async () => {
    const own = await anotherOrganization(w);
    await furnished(own);
    await furnished(w, 'Beside');
    const beside = leftOf(w.organizationId);
    const kinds = kindsOf(own.organizationId);
    const made = ['umbrella_record', 'digest_window', 'workspace_removal', 'external_organization'];
    const expected = [...ends.workspace, ...ends.organization].filter((name) => !made.includes(name));
    expect(expected.filter((name) => !kinds.has(name))).toEqual([]);
    const { organizationId } = own;
    await removeOrganization(w.deps, { by: actor(own), confirm: organizationId, ifMatch: undefined });
    await minutesPass(w, 60);
    expect(leftOf(organizationId)).toEqual(['organization_removal']);
    expect(leftOf(w.organizationId)).toEqual(
      expect.arrayContaining(beside.filter((name) => !passing.includes(name))),
    );
    expect(w.vault.paths().filter((path) => path.includes(organizationId))).toEqual([]);
    expect(w.vault.emptied).toContainEqual({ organizationId });
  });
});

/** Ports that die at a write: that one is done or not, and every call after it is not. */
const mortal = (deps: Deps, { dies, done }: { readonly dies: number; readonly done: boolean }) => {
  let writes = 0;
  const died = () => writes > dies || (writes === dies && !done);
  const check = <T>(value: T): T => {
    if (writes >= dies) throw new Error('The process has died.');
    return value;
  };
  const write = async <T>(act: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (died()) throw new Error('The process has died.');
    return check(await act());
  };
  const read = async <T>(act: () => Promise<T>): Promise<T> => check(await act());
  const { store, vault, bus } = deps;
  const dying: Store = {
    get: (...of) => read(() => store.get(...of)),
    list: (...of) => read(() => store.list(...of)),
    due: (...of) => read(() => store.due(...of)),
    insert: (...of) => write(() => store.insert(...of)),
    replace: (...of) => write(() => store.replace(...of)),
    remove: (...of) => write(() => store.remove(...of)),
  };
  const dyingVault: Vault = {
    get: (...of) => read(() => vault.get(...of)),
    put: (...of) => write(() => vault.put(...of)),
    forget: (...of) => write(() => vault.forget(...of)),
    remove: (...of) => write(() => vault.remove(...of)),
    removeWorkspace: (...of) => write(() => vault.removeWorkspace(...of)),
  };
  const ports = {
    store: dying,
    vault: dyingVault,
    bus: { publish: (...of: Parameters<typeof bus.publish>) => write(() => bus.publish(...of)) },
  };
  return { deps: otherProcess(deps, ports), hasDied: () => writes >= dies };
};

/** A world of its own for each death. */
const stage = async () => {
  const plain = await world();
  seen = inventory(plain.deps.store);
  w = { ...plain, deps: { ...plain.deps, store: seen.store } };
};

describe('a process that dies', () => {
  it.each([true, false])(
    'at any write while it deletes a workspace (the write is done: %s) leaves it whole, or gone without a rest',
    async (done) => {
      let deaths = 0;
      for (let dies = 1; ; dies += 1) {
        await stage();
        const { workspaceId } = await furnished(w);
        const process = mortal(w.deps, { dies, done });
        const where = { organizationId: w.organizationId, workspaceId };
        await forced(process.deps, w, workspaceId)
          .then(() => finishWorkspaceRemoval(process.deps, where))
          .catch(() => undefined);
        if (!process.hasDied()) break;
        deaths += 1;
        const before = leftOf(workspaceId);
        await minutesPass(w, 45);
        const left = restOf(workspaceId);
        const whole = before.includes('workspace') && !before.includes('workspace_removal');
        expect([dies, whole ? 'whole' : left]).toEqual([dies, whole ? 'whole' : ['workspace_removal']]);
        expect([dies, whole || w.vault.paths().every((path) => !path.includes(workspaceId))]).toEqual([
          dies,
          true,
        ]);
      }
      expect(deaths).toBeGreaterThan(20);
    },
    240_000,
  );

  it('at any write while it deletes an organization leaves it whole, or gone without a rest', async () => {
    let deaths = 0;
    for (let dies = 1; ; dies += 1) {
      await stage();
      const own = await anotherOrganization(w);
      const { organizationId } = own;
      await furnished(own);
      const process = mortal(w.deps, { dies, done: dies % 2 === 0 });
      await removeOrganization(process.deps, { by: actor(own), confirm: organizationId, ifMatch: undefined })
        .then(() => finishOrganizationRemoval(process.deps, { organizationId }))
        .catch(() => undefined);
      if (!process.hasDied()) break;
      deaths += 1;
      const whole = !leftOf(organizationId).includes('organization_removal');
      await minutesPass(w, 70);
      if (!whole) expect([dies, leftOf(organizationId)]).toEqual([dies, ['organization_removal']]);
    }
    expect(deaths).toBeGreaterThan(20);
  }, 240_000);
});
