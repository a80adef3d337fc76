import { AppError } from '../errors.ts';
import type { Collection, ListRequest, Store, Stored } from '../ports.ts';
import type { PageQuery } from './inputs.ts';

/** A cursor says in which list to go on, and where; it opens nothing. Null at the end. */
export const cursorOf = (list: string, place: string | undefined): string | null =>
  place === undefined ? null : Buffer.from(`${list}\n${place}`).toString('base64url');

/** The error for a cursor that is not one of the list that it is sent to. */
export const foreignCursor = () =>
  new AppError(400, 'invalid_request', 'The cursor is not one of this list.', {
    details: [{ path: 'query.cursor', message: 'Send the nextCursor of the page before, as it was.' }],
  });

/** The place where a page begins; undefined for the first. Rejects with 400 a cursor of another list or order. */
export const placeOf = (list: string, { cursor }: Pick<PageQuery, 'cursor'>): string | undefined => {
  if (cursor === undefined) return undefined;
  const [of, ...place] = Buffer.from(cursor, 'base64url').toString().split('\n');
  if (of !== list || place.length === 0) throw foreignCursor();
  return place.join('\n');
};

/** One page of what is at hand whole, in the order of names. */
export const pageAtHand = <T>(
  all: readonly T[],
  { list, query, nameOf }: { list: string; query: PageQuery; nameOf: (item: T) => string },
): { items: T[]; nextCursor: string | null } => {
  const after = placeOf(list, query) ?? '';
  const rest = all.filter((item) => nameOf(item) > after);
  const items = rest.slice(0, query.limit);
  const last = rest.length > items.length ? items.at(-1) : undefined;
  return { items, nextCursor: cursorOf(list, last && nameOf(last)) };
};

/** One page of a list, each item as the caller may see it. */
export const page = async <T extends Stored, V>(
  store: Store,
  collection: Collection<T>,
  {
    show,
    query,
    list = collection.name,
    ...where
  }: Pick<ListRequest, 'index' | 'partition' | 'prefix'> & {
    query: PageQuery;
    show: (item: T) => V;
    /** What its cursors call the list, where a collection has several. */
    list?: string;
  },
): Promise<{ items: V[]; nextCursor: string | null }> => {
  const found = await store.list(collection, {
    ...where,
    limit: query.limit,
    after: placeOf(list, query),
  });
  return { items: found.items.map(show), nextCursor: cursorOf(list, found.next) };
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
