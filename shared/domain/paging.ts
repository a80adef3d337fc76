import type { Collection, ListRequest, Store, Stored } from '../ports.ts';
import type { PageQuery } from './inputs.ts';

/** A cursor that only says where to go on; it opens nothing. Null at the end. */
export const cursorOf = (place: string | undefined): string | null =>
  place === undefined ? null : Buffer.from(place).toString('base64url');

/** The place where a page begins. */
export const placeOf = ({ cursor }: Pick<PageQuery, 'cursor'>): string | undefined =>
  cursor ? Buffer.from(cursor, 'base64url').toString() : undefined;

/** One page of a list, each item as the caller may see it. */
export const page = async <T extends Stored, V>(
  store: Store,
  collection: Collection<T>,
  {
    show,
    query,
    ...where
  }: Pick<ListRequest, 'index' | 'partition' | 'prefix'> & { query: PageQuery; show: (item: T) => V },
): Promise<{ items: V[]; nextCursor: string | null }> => {
  const found = await store.list(collection, { ...where, limit: query.limit, after: placeOf(query) });
  return { items: found.items.map(show), nextCursor: cursorOf(found.next) };
};

/** Every item of a list, page after page. For lists that are short, or for work in the background. */
export async function* every<T extends Stored>(
  store: Store,
  collection: Collection<T>,
  where: Pick<ListRequest, 'index' | 'partition' | 'prefix'>,
): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const found = await store.list(collection, { ...where, limit: 100, after });
    yield* found.items;
    after = found.next;
  } while (after !== undefined);
}
