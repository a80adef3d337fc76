import type { Collection, ListRequest, Store, Stored } from '../ports.ts';
import type { PageQuery } from './inputs.ts';

const encode = (place: string) => Buffer.from(place).toString('base64url');
const decode = (cursor: string | undefined) =>
  cursor ? Buffer.from(cursor, 'base64url').toString() : undefined;

/** One page of a list, each item as the caller may see it. A cursor only says where to go on; it opens nothing. */
export const page = async <T extends Stored, V>(
  store: Store,
  collection: Collection<T>,
  {
    show,
    query,
    ...where
  }: Pick<ListRequest, 'index' | 'partition' | 'prefix'> & { query: PageQuery; show: (item: T) => V },
): Promise<{ items: V[]; nextCursor: string | null }> => {
  const found = await store.list(collection, { ...where, limit: query.limit, after: decode(query.cursor) });
  return { items: found.items.map(show), nextCursor: found.next === undefined ? null : encode(found.next) };
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
