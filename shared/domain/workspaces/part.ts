import type { Collection, Deps, ListRequest, Stored } from '../../ports.ts';
import { every } from '../paging.ts';
import { sideBySide } from '../side-by-side.ts';

/** The workspace that is being emptied. */
export interface EmptiedPlace {
  readonly organizationId: string;
  readonly workspaceId: string;
  /** Whether its organization goes with it; then nothing is saved from it. */
  readonly whole: boolean;
}

/** A kind of thing that stands in a workspace: how many there are, and how they are destroyed. */
export interface Part {
  readonly name: string;
  readonly count: (deps: Deps, place: EmptiedPlace) => Promise<number>;
  /** Rejects when one could not be destroyed, after the others were. Again: only what is left is destroyed. */
  readonly empty: (deps: Deps, place: EmptiedPlace) => Promise<void>;
}

interface PartOf<T extends Stored> {
  readonly name: string;
  readonly collection: Collection<T>;
  readonly at: (place: EmptiedPlace) => Pick<ListRequest, 'index' | 'partition' | 'prefix'>;
  /** Which of the list stand in the workspace; all when left out. */
  readonly only?: (item: T, place: EmptiedPlace) => boolean;
  /** Removes the item alone when left out. */
  readonly destroy?: (deps: Deps, item: T, place: EmptiedPlace) => Promise<void>;
}

/** A part that is a list of items. Nobody else writes what is gone for everyone, so a removal that was overtaken comes next time. */
export const partOf = <T extends Stored>({
  name,
  collection,
  at,
  only = () => true,
  destroy = async ({ store }, item) => {
    await store.remove(collection, item);
  },
}: PartOf<T>): Part => ({
  name,
  count: async ({ store }, place) => {
    let count = 0;
    for await (const item of every(store, collection, at(place))) if (only(item, place)) count += 1;
    return count;
  },
  empty: async (deps, place) => {
    const found: T[] = [];
    for await (const item of every(deps.store, collection, at(place)))
      if (only(item, place)) found.push(item);
    await sideBySide(found, (item) => destroy(deps, item, place));
  },
});
