import { provide } from '#shared/deps.ts';
import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { organizations } from '#shared/domain/workspaces/organization.ts';
import { workspaces } from '#shared/domain/workspaces/workspace.ts';
import { newId } from '#shared/ids.ts';
import type { Collection, Deps, Key, Store, Stored } from '#shared/ports.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { react } from './api.ts';
import { minute, type World } from './deps.ts';
import { capturedOutput } from './output.ts';

/** A second organization in a deployment, as a world of its own. */
export const anotherOrganization = async (w: World): Promise<World> => {
  const organizationId = newId('organization', w.deps);
  const workspaceId = newId('workspace', w.deps);
  await w.deps.store.insert(organizations, {
    id: organizationId,
    name: 'Other',
    organizationWorkspaceId: workspaceId,
    discouragedTypes: 'allowed' as const,
    version: 1,
    revision: 0,
  });
  await w.deps.store.insert(workspaces, {
    id: workspaceId,
    organizationId,
    name: 'Organization',
    kind: 'organization',
    version: 1,
    createdAt: w.clock.now(),
    revision: 0,
  });
  return { ...w, organizationId, workspaceId };
};

interface Written {
  readonly collection: string;
  readonly key: Key;
  readonly text: string;
}

/** A store that knows of each item that is in it now which collection it is of, and what it says. */
export const inventory = (inner: Store) => {
  const held = new Map<string, Written>();
  const note = <T extends Stored>(collection: Collection<T>, item: T | undefined): T | undefined => {
    if (item === undefined) return item;
    const { key } = collection.place(item);
    held.set(JSON.stringify(key), {
      collection: collection.name,
      key,
      text: JSON.stringify([key, item]),
    });
    return item;
  };
  const store: Store = {
    ...inner,
    insert: async (collection, item) => note(collection, await inner.insert(collection, item)),
    replace: async (collection, item) => note(collection, await inner.replace(collection, item)),
    remove: async (collection, item) => {
      const removed = await inner.remove(collection, item);
      if (removed) held.delete(JSON.stringify(collection.place(item).key));
      return removed;
    },
  };
  return { store, held: (): readonly Written[] => [...held.values()] };
};

const quietly = async <T>(run: () => Promise<T>): Promise<T> => {
  const output = capturedOutput();
  try {
    return await run();
  } finally {
    output.stop();
  }
};

/** The sweep and all reactions, as they come after each other, for some minutes of virtual time. Failures are left to the next round. */
export const minutesPass = async (w: World, minutes: number, deps: Deps = w.deps): Promise<void> => {
  provide(deps);
  let seen = 0;
  for (let passed = 0; passed <= minutes; passed += 5) {
    await quietly(() => sweepFromStart(deps)).catch(() => undefined);
    while (seen < w.bus.events.length) {
      const events = w.bus.events.slice(seen);
      seen = w.bus.events.length;
      for (const event of events)
        for (const reaction of reactions.filter((each) => takes(each, event.type))) {
          const { handler } = (await import(`#functions/${reaction.entry}`)) as { handler: unknown };
          await quietly(() => react(handler, [event]));
        }
    }
    await w.clock.advance(5 * minute);
  }
};
