import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#shared/domain/actor.ts';
import { countUse } from '#shared/domain/history/count-use.ts';
import { listHistory } from '#shared/domain/history/list.ts';
import { beginEntry, concludeEntry, noteEntry, type Act } from '#shared/domain/history/record.ts';
import { scrubEndUser } from '#shared/domain/history/scrub.ts';
import { world, type World } from '../../../support/deps.ts';
import { sharedWorkspace } from '../../../support/nouns.ts';

const authId = `auth_${'0'.repeat(26)}`;

let w: World;

beforeEach(async () => {
  w = await world();
});

const person = (endUserId: string): Actor => ({
  type: 'end_user',
  id: endUserId,
  organizationId: w.organizationId,
  workspaceId: w.workspaceId,
  endUserId,
  role: 'end_user',
});

const act = (endUserId: string): Act => ({
  actor: person(endUserId),
  workspaceId: w.workspaceId,
  action: 'deleteOwnAuth',
  subjects: [authId, endUserId],
  from: { address: '203.0.113.7', agent: 'Browser of somebody' },
  requestId: 'request-1',
});

const entries = async () =>
  (await listHistory(w.deps, { organizationId: w.organizationId, query: { limit: 200 } })).items;

const refOf = (endUserId: string) => ({
  organizationId: w.organizationId,
  workspaceId: w.workspaceId,
  endUserId,
});
const scrub = (endUserId: string) => scrubEndUser(w.deps, refOf(endUserId));

describe('an end user who is forgotten', () => {
  it('is in no entry and no key any more; what they did stays, and so does all of others', async () => {
    await noteEntry(w.deps, act('ada'), { status: 403, code: 'forbidden' });
    await concludeEntry(w.deps, await beginEntry(w.deps, act('ada')), { status: 204 });
    await noteEntry(w.deps, act('bob'), { status: 204 });
    await countUse(w.deps, {
      actor: person('ada'),
      auth: { id: authId, workspaceId: w.workspaceId, serviceId: undefined },
    });
    const before = await entries();
    expect(await scrub('ada')).toBe(2);
    const after = await entries();
    expect(after).toHaveLength(before.length);
    expect(JSON.stringify(after)).not.toContain('ada');
    expect(JSON.stringify(w.store.keys())).not.toContain('ada');
    const ofAda = after.filter(({ actor }) => actor.id === 'forgotten');
    expect(ofAda.map(({ status, from, subjects }) => ({ status, from, subjects }))).toEqual(
      ofAda.map(({ status }) => ({ status, from: { address: null, agent: null }, subjects: [authId] })),
    );
    expect(ofAda.map(({ status }) => status).sort()).toEqual([204, 403]);
    expect(after.find(({ actor }) => actor.endUserId === 'bob')).toMatchObject({
      from: { address: '203.0.113.7' },
      subjects: [authId, 'bob'],
    });
    expect(await scrub('ada')).toBe(0);
  });

  it('stays in the history of another workspace, whose admins have not asked', async () => {
    const { id: workspaceId } = await sharedWorkspace(w);
    await noteEntry(w.deps, { ...act('ada'), workspaceId }, { status: 204 });
    expect(await scrub('ada')).toBe(0);
    expect(await entries()).toMatchObject([
      { actor: { endUserId: 'ada' }, from: { address: '203.0.113.7' } },
    ]);
  });

  it('stays so when a call of theirs ends only then', async () => {
    const begun = await beginEntry(w.deps, act('ada'));
    await scrub('ada');
    await concludeEntry(w.deps, begun, { status: 204 });
    expect(await entries()).toMatchObject([
      { outcome: 'done', status: 204, actor: { id: 'forgotten', endUserId: null }, subjects: [authId] },
    ]);
    expect(JSON.stringify(await entries())).not.toContain('ada');
  });

  it('is forgotten though the call says how it ended just then', async () => {
    const begun = await beginEntry(w.deps, act('ada'));
    const { replace } = w.deps.store;
    let late = true;
    const store: typeof w.deps.store = {
      ...w.deps.store,
      replace: async (collection, item) => {
        if (late) {
          late = false;
          await concludeEntry(w.deps, begun, { status: 204 });
        }
        return replace(collection, item);
      },
    };
    await scrubEndUser({ ...w.deps, store }, refOf('ada'));
    expect(await entries()).toMatchObject([{ outcome: 'done', actor: { id: 'forgotten' } }]);
  });

  it('is forgotten in a crash’s second try', async () => {
    for (let index = 0; index < 3; index += 1) await noteEntry(w.deps, act('ada'), { status: 204 });
    let left = 1;
    const replace: typeof w.deps.store.replace = (collection, item) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('down')) : w.deps.store.replace(collection, item);
    };
    const failing = { ...w.deps, store: { ...w.deps.store, replace } };
    await expect(scrubEndUser(failing, refOf('ada'))).rejects.toThrow('down');
    expect(await scrub('ada')).toBe(2);
    expect(JSON.stringify(await entries())).not.toContain('ada');
  });
});
