import * as z from 'zod';
import { timeOf } from '../../ids.ts';
import type { Deps, ListRequest, Page } from '../../ports.ts';
import { PageQuery, Time } from '../inputs.ts';
import { cursorOf, foreignCursor, placeOf } from '../paging.ts';
import { historyEntries, historyLife, historyOn, type HistoryEntry } from './entry.ts';
import { dayBegan, dayOf, placeBefore, placeInTime, timeOfPlace } from './time.ts';
import { showEntry, type EntryView } from './view.ts';

/** `since` is in it, `until` is not. */
export const HistoryQuery = PageQuery.extend({
  since: Time.optional(),
  until: Time.optional(),
  actor: z.string().max(200).optional(),
  endUserId: z.string().max(200).optional(),
  action: z.string().max(100).optional(),
  subject: z.string().max(200).optional(),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

/** Whose history: the organization's, or that of one of its workspaces. */
export interface HistoryOf {
  readonly organizationId: string;
  readonly workspaceId?: string | undefined;
}

export interface ListHistoryInput extends HistoryOf {
  readonly query: HistoryQuery;
}

/** One call asks the store for so many pieces at the most: a day has one at least. The cursor goes on from there. */
const mostReads = 60;
const largestPiece = 200;

const wanted =
  ({ actor, endUserId, action, subject }: HistoryQuery) =>
  (entry: HistoryEntry): boolean =>
    (actor === undefined || entry.actor.id === actor) &&
    (endUserId === undefined || entry.actor.endUserId === endUserId) &&
    (action === undefined || entry.action === action) &&
    (subject === undefined || entry.subjects.includes(subject));

const listName = ({ workspaceId }: HistoryOf): string =>
  workspaceId === undefined ? 'history' : `history/${workspaceId}`;

/**
 * The first moment of which anything can be told: ids tell when an organization was founded. The whole of that day, since uses stand
 * at the beginning of their hour.
 */
const earliest = (deps: Deps, { organizationId, query }: ListHistoryInput): number =>
  Math.max(
    query.since === undefined ? 0 : Date.parse(query.since),
    dayBegan(timeOf(organizationId)),
    deps.clock.now() - historyLife,
  );

/** Where a page begins, in the order of places. */
const beginning = (deps: Deps, { query, ...of }: ListHistoryInput): string => {
  const place = placeOf(listName(of), query);
  if (place === undefined) {
    const until = query.until === undefined ? Infinity : Date.parse(query.until);
    // What is written now is in it.
    return placeBefore(Math.min(until, deps.clock.now() + 1));
  }
  if (timeOfPlace(place) === undefined) throw foreignCursor();
  return place;
};

/** Where every entry is wanted, as many as a page needs to know that there is more. */
const pieceFor = ({ limit, actor, endUserId, action, subject }: HistoryQuery): number =>
  [actor, endUserId, action, subject].some((filter) => filter !== undefined)
    ? largestPiece
    : Math.min(limit + 1, largestPiece);

/** The items of a day that come after a place; the place to go on from when the day has no more is the end of the day before. */
const pieceOf = async (
  { store }: Deps,
  of: HistoryOf,
  { after, before, limit }: Pick<ListRequest, 'limit'> & { after: string; before: string },
): Promise<Page<HistoryEntry> & { readonly next: string }> => {
  const at = timeOfPlace(after) ?? 0;
  const request: ListRequest = { ...historyOn(of, dayOf(at)), after, before, limit };
  const { items, next } = await store.list(historyEntries, request);
  return { items, next: next ?? placeInTime(dayBegan(at) - 1) };
};

/**
 * Goes through a history from the newest entry on, and gives each that is wanted with the place after it; at last the place where
 * it stopped, which is undefined at the end.
 */
export async function* walkHistory(
  deps: Deps,
  input: ListHistoryInput,
): AsyncGenerator<{ readonly entry: HistoryEntry; readonly place: string }, string | undefined> {
  const { query, ...of } = input;
  const first = earliest(deps, input);
  const before = placeBefore(first);
  const isWanted = wanted(query);
  const limit = pieceFor(query);
  let after = beginning(deps, input);
  for (let read = 0; read < mostReads; read += 1) {
    if ((timeOfPlace(after) ?? 0) < first) return undefined;
    const { items, next } = await pieceOf(deps, of, { after, before, limit });
    for (const entry of items) if (isWanted(entry)) yield { entry, place: placeInTime(entry.at, entry.tie) };
    after = next;
  }
  return after;
}

/** The cursor to go on from a place. */
export const cursorAt = (of: HistoryOf, place: string | undefined): string | null =>
  cursorOf(listName(of), place);

/**
 * A page of who did what, the newest first. One call looks through 60 days, or 12,000 entries of fewer days, at the most: a page
 * may hold less than was asked for, or nothing, though more follows.
 */
export const listHistory = async (
  deps: Deps,
  input: ListHistoryInput,
): Promise<{ items: EntryView[]; nextCursor: string | null }> => {
  const items: EntryView[] = [];
  const walk = walkHistory(deps, input);
  let place: string | undefined;
  for (;;) {
    const step = await walk.next();
    if (step.done === true) return { items, nextCursor: cursorAt(input, step.value) };
    if (items.length === input.query.limit) return { items, nextCursor: cursorAt(input, place) };
    items.push(showEntry(step.value.entry));
    place = step.value.place;
  }
};
