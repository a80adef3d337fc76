import type { Collection, Deps, ListRequest, Stored } from '../../ports.ts';
import { every } from '../paging.ts';
import { throughout } from '../side-by-side.ts';

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
  /** For the receipt. Absent of what has only been noted: there may be more of it than can be counted while somebody waits. */
  readonly count?: ((deps: Deps, place: EmptiedPlace) => Promise<number>) | undefined;
  readonly isEmpty: (deps: Deps, place: EmptiedPlace) => Promise<boolean>;
  /** Rejects when one could not be destroyed, after the others were. Again: only what is left is destroyed. */
  readonly empty: (deps: Deps, place: EmptiedPlace) => Promise<void>;
}

interface PartOf<T extends Stored> {
  readonly name: string;
  readonly collection: Collection<T>;
  readonly at: (place: EmptiedPlace) => Pick<ListRequest, 'index' | 'partition' | 'prefix'>;
  /** Which of the list stand in the workspace; all when left out. */
  readonly only?: (item: T, place: EmptiedPlace) => boolean;
  /** Whether the receipt says how many there were; it does when left out. */
  readonly isCounted?: boolean;
  /** Removes the item alone when left out. */
  readonly destroy?: (deps: Deps, item: T, place: EmptiedPlace) => Promise<void>;
}

/** Whether there is nothing to be read. */
export const isNone = async (items: AsyncGenerator): Promise<boolean> => (await items.next()).done === true;

/** A part that is a list of items. Nobody else writes what is gone for everyone, so a removal that was overtaken comes next time. */
export const partOf = <T extends Stored>({
  name,
  collection,
  at,
  only = () => true,
  isCounted = true,
  destroy = async ({ store }, item) => {
    await store.remove(collection, item);
  },
}: PartOf<T>): Part => {
  async function* found({ store }: Deps, place: EmptiedPlace) {
    for await (const item of every(store, collection, at(place))) if (only(item, place)) yield item;
  }
  const count: Part['count'] = async (deps, place) => {
    const items = found(deps, place);
    let counted = 0;
    while ((await items.next()).done !== true) counted += 1;
    return counted;
  };
  return {
    name,
    count: isCounted ? count : undefined,
    isEmpty: (deps, place) => isNone(found(deps, place)),
    empty: (deps, place) => throughout(found(deps, place), (item) => destroy(deps, item, place)),
  };
};

/** How many there are of each part that is counted, by name. */
export const countHeld = async (
  deps: Deps,
  parts: readonly Part[],
  place: EmptiedPlace,
): Promise<Record<string, number>> => {
  const counted = parts.flatMap(({ name, count }) => (count ? [{ name, count }] : []));
  const counts = await Promise.all(
    counted.map(async ({ name, count }) => [name, await count(deps, place)] as const),
  );
  return Object.fromEntries(counts);
};

/** Whether nothing is left of any part. */
export const isAllEmpty = async (deps: Deps, parts: readonly Part[], place: EmptiedPlace): Promise<boolean> =>
  (await Promise.all(parts.map(({ isEmpty }) => isEmpty(deps, place)))).every((isEmpty) => isEmpty);
