import { AppError } from '../../errors.ts';
import type { Collection, Deps, Store, Stored } from '../../ports.ts';
import { insertAndTell, replaceAndTell } from '../outbox.ts';
import { judgeCap } from './cap.ts';
import { findUmbrella } from './get.ts';
import { countedAuths, countedUsers, usageKey, usages, type Usage } from './usage.ts';

interface UmbrellaRef {
  readonly organizationId: string;
  readonly umbrellaId: string;
}

interface Numbered extends Stored {
  readonly number: number;
}

/** Writes an item, unless what stands there is of the same entry or a later one: who was slow brings nothing old back. */
const writeNewer = async <T extends Numbered>(
  store: Store,
  collection: Collection<T>,
  item: T,
): Promise<void> => {
  for (;;) {
    const found = await store.get(collection, collection.place(item).key);
    if (found && found.number >= item.number) return;
    const written = found
      ? await store.replace(collection, { ...item, revision: found.revision })
      : await store.insert(collection, item);
    if (written) return;
  }
};

/** Whom an entry names whose user was forgotten: it is carried over already, and not again. */
const forgottenUser = 'forgotten';

/** Carries the last entry of the count over into the items of its user and its auth. Again: nothing happens. */
const carryOver = async (store: Store, { organizationId, umbrellaId, entry }: Usage): Promise<void> => {
  if (!entry || entry.user === forgottenUser) return;
  const { number, user, auths, authId, gone } = entry;
  const of = { organizationId, umbrellaId, number, user, revision: 0 };
  await writeNewer(store, countedUsers, { ...of, auths });
  await writeNewer(store, countedAuths, { ...of, authId, gone });
};

const none = (where: UmbrellaRef): Usage => ({
  ...where,
  taken: 0,
  present: 0,
  judged: 0,
  told: 0,
  outbox: [],
  revision: 0,
});

const tries = 50;

/**
 * Changes the count of an umbrella by one entry, and holds it against the cap. The count and its entry are one write; the items
 * that the entry stands for are written right after, or by the next who comes here, always before another entry. So a writer
 * may die anywhere and nobody is counted twice or forgotten. `next` may be asked several times; undefined when there is nothing to count.
 */
export const amendUsage = async (
  deps: Deps,
  where: UmbrellaRef,
  next: (usage: Usage) => Promise<Usage | undefined>,
): Promise<void> => {
  const { store } = deps;
  for (let round = 0; round < tries; round += 1) {
    const found = await store.get(usages, usageKey(where.organizationId, where.umbrellaId));
    if (found) await carryOver(store, found);
    // Read after the count: whoever changes the cap later finds the count that is written here.
    const umbrella = await findUmbrella(deps, where);
    if (!umbrella) return;
    const usage = found ?? none(where);
    const amended = await next(usage);
    if (!amended && usage.judged >= umbrella.version) return;
    const judged = judgeCap(deps, umbrella, amended ?? usage);
    const write = found ? replaceAndTell : insertAndTell;
    const written = await write(deps, usages, judged);
    if (written) return carryOver(store, written);
  }
  throw new AppError(503, 'too_contended', 'Too many writers met on the count of an umbrella.');
};

/** Takes a user out of the last entry of a count, which stays as it is. Again: nothing happens. */
export const forgetInUsage = async (
  deps: Deps,
  where: UmbrellaRef,
  { user, authIds }: { readonly user: string; readonly authIds: readonly string[] },
): Promise<void> => {
  const { store } = deps;
  for (let round = 0; round < tries; round += 1) {
    const usage = await store.get(usages, usageKey(where.organizationId, where.umbrellaId));
    const named = usage?.entry?.user === user || authIds.includes(usage?.entry?.authId ?? '');
    if (!usage?.entry || !named) return;
    await carryOver(store, usage);
    if (await store.replace(usages, { ...usage, entry: { ...usage.entry, user: forgottenUser } })) return;
  }
  throw new AppError(503, 'too_contended', 'Too many writers met on the count of an umbrella.');
};
