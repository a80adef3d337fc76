import { beforeEach, describe, expect, it } from '@jest/globals';
import { AuthRefreshed } from '#shared/domain/auths/events.ts';
import { history } from '#shared/domain/auths/history.ts';
import { historyEntries } from '#shared/domain/history/entry.ts';
import { finishOrganizationRemoval } from '#shared/domain/organization/finish-removal.ts';
import { removeOrganization } from '#shared/domain/organization/remove.ts';
import { organizationRemovalKey, organizationRemovals } from '#shared/domain/organization/removal.ts';
import { finishWorkspaceRemoval } from '#shared/domain/workspaces/finish-removal.ts';
import { removeWorkspace } from '#shared/domain/workspaces/remove.ts';
import { removalKey, removals } from '#shared/domain/workspaces/removal.ts';
import { newEvent } from '#shared/events.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '#shared/ports.ts';
import { anotherOrganization } from '../../../support/departures.ts';
import { minute, world, type World } from '../../../support/deps.ts';
import { actor, keyedAuth, sharedWorkspace, tokenService } from '../../../support/nouns.ts';

let w: World;
beforeEach(async () => {
  w = await anotherOrganization(await world());
});

/** More than one run can read. */
const long = 2500;
const readable = 1000;

/** A process that is cut off after it has read so many items of lists. */
const cutOff = (deps: Deps): Deps => {
  let left = readable;
  const list: Deps['store']['list'] = async (...of) => {
    const page = await deps.store.list(...of);
    left -= page.items.length;
    if (left < 0) throw new Error('The process was cut off.');
    return page;
  };
  return { ...deps, store: { ...deps.store, list } };
};

/** Runs come one after the other until one ends. */
const runs = async (act: (deps: Deps) => Promise<unknown>) => {
  for (let round = 0; round < 20; round += 1) {
    await w.clock.advance(5 * minute);
    await act(cutOff(w.deps)).catch(() => undefined);
  }
};

describe('what has a history too long to be read in one run', () => {
  it('is deleted all the same, if it is a workspace: each run gets on', async () => {
    const { organizationId } = w;
    const { id: workspaceId } = await sharedWorkspace(w);
    const inside = { ...w, workspaceId };
    const { id: authId } = await keyedAuth(inside, await tokenService(inside));
    for (let count = 0; count < long; count += 1) {
      const data = { workspaceId, authId, serviceId: null };
      const event = {
        ...newEvent(w.deps, AuthRefreshed, { organizationId, data: AuthRefreshed.example }),
        data,
      };
      await w.deps.store.insert(history, { organizationId, authId, event, revision: 0 });
    }
    const where = { organizationId, workspaceId };
    await removeWorkspace(w.deps, { ...where, force: true, ifMatch: undefined, by: actor(w) });
    await runs((deps) => finishWorkspaceRemoval(deps, where));
    const removal = await w.deps.store.get(removals, removalKey(organizationId, workspaceId));
    expect(removal).toMatchObject({ endedAt: expect.any(Number), gone: { held: { auths: 1, services: 1 } } });
    expect(w.store.keys().filter((key) => key.includes('HIST#'))).toEqual([]);
  }, 60_000);

  it('is deleted all the same, if it is an organization, and that is answered at once', async () => {
    const { organizationId } = w;
    for (let count = 0; count < long; count += 1) {
      const id = newId('entry', w.deps);
      await w.deps.store.insert(historyEntries, {
        id,
        organizationId,
        actor: { type: 'system', id: 'connect' },
        action: 'auth.connected',
        subjects: [],
        at: w.clock.now(),
        from: {},
        outcome: 'done',
        tie: id,
        revision: 0,
      });
    }
    await removeOrganization(cutOff(w.deps), { by: actor(w), confirm: organizationId, ifMatch: undefined });
    const where = { organizationId, workspaceId: w.workspaceId };
    await runs(async (deps) => {
      await finishWorkspaceRemoval(w.deps, where);
      await finishOrganizationRemoval(deps, where);
    });
    const removal = await w.deps.store.get(organizationRemovals, organizationRemovalKey(organizationId));
    expect(removal).toMatchObject({ endedAt: expect.any(Number) });
    expect(w.store.keys().filter((key) => key.includes(`${organizationId}#HISTORY#`))).toEqual([]);
  }, 60_000);
});
