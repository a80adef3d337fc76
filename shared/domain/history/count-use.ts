import { createHash } from 'node:crypto';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import type { Auth } from '../auths/auth.ts';
import { sideBySide } from '../side-by-side.ts';
import { findOrganization } from '../workspaces/organization.ts';
import { entryKey, historyEntries, type HistoryEntry } from './entry.ts';

const hour = 3_600_000;
/** How long uses are counted in memory before they are written. */
const rest = 5 * 60_000;
/** So many auths and actors are counted at once; beyond, the oldest are written. */
const most = 5_000;
/** A call waits for so many writes at the most: what is left is for the next ones. */
const mostWrites = 20;
const tries = 5;

/** Uses of one auth by one actor in an hour that no entry has yet. */
interface Counted {
  readonly about: Omit<HistoryEntry, 'id' | 'uses' | 'revision'>;
  readonly uses: number;
  readonly lastUsedAt: number;
  /** When they are to be written. */
  readonly writeAt: number;
}

type Book = Map<string, Counted>;

const books = new WeakMap<Deps, Book>();

const bookOf = (deps: Deps): Book => {
  const book = books.get(deps) ?? new Map<string, Counted>();
  books.set(deps, book);
  return book;
};

interface Use {
  readonly actor: Actor;
  readonly auth: Pick<Auth, 'id' | 'workspaceId' | 'serviceId'>;
}

/**
 * Who used it. An end user uses the own auths alone, so the auth tells which one it was, for as long as it is there; what a process still
 * counts when somebody is forgotten must not name them.
 */
const userOf = ({ type, id, role }: Actor): HistoryEntry['actor'] => ({
  type,
  id: type === 'end_user' ? type : id,
  role,
});

const aboutOf = ({ actor, auth }: Use, key: string, at: number): Counted['about'] => {
  return {
    organizationId: actor.organizationId,
    workspaceId: auth.workspaceId,
    actor: userOf(actor),
    action: 'useCredential',
    subjects: [auth.workspaceId, auth.id, ...(auth.serviceId === undefined ? [] : [auth.serviceId])],
    at,
    from: {},
    outcome: 'done',
    tie: `use#${createHash('sha256').update(key).digest('base64url')}`,
  };
};

/** The first use of an hour is written at once: where uses that were held find no entry, it may have gone with its organization. */
const isOrphaned = async (deps: Deps, { about, lastUsedAt }: Counted): Promise<boolean> =>
  lastUsedAt + rest <= deps.clock.now() && !(await findOrganization(deps, about.organizationId));

/**
 * Adds what was counted to the entry of its hour, whoever else does the same; nothing in an organization that was deleted. False
 * when too many did.
 */
const add = async (deps: Deps, counted: Counted): Promise<boolean> => {
  const { about, uses, lastUsedAt } = counted;
  for (let round = 0; round < tries; round += 1) {
    const now = await deps.store.get(historyEntries, entryKey(about));
    if (!now && (await isOrphaned(deps, counted))) return true;
    const entry: HistoryEntry = {
      ...about,
      id: now?.id ?? newId('entry', deps),
      revision: now?.revision ?? 0,
      uses: (now?.uses ?? 0) + uses,
      lastUsedAt: Math.max(now?.lastUsedAt ?? 0, lastUsedAt),
    };
    const written = await (now
      ? deps.store.replace(historyEntries, entry)
      : deps.store.insert(historyEntries, entry));
    if (written) return true;
  }
  return false;
};

/** Writes one count. Uses that come meanwhile wait for the next time, and so do those that the store does not take. */
const settle = async (deps: Deps, key: string): Promise<void> => {
  const book = bookOf(deps);
  const taken = book.get(key);
  if (!taken) return;
  const now = deps.clock.now();
  // To the end: the order of the book is that of the times.
  book.delete(key);
  book.set(key, { ...taken, uses: 0, writeAt: now + rest });
  const written = taken.uses === 0 || (await add(deps, taken).catch(() => false));
  const left = book.get(key);
  if (!left) return;
  const uses = left.uses + (written ? 0 : taken.uses);
  if (uses === 0 && (book.size > most || taken.about.at + hour <= now)) book.delete(key);
  else book.set(key, { ...left, uses });
};

/** Those whose time has come; where there are too many in all, the oldest. */
const due = (book: Book, now: number): readonly string[] => {
  const found: string[] = [];
  for (const [key, { writeAt }] of book) {
    if (found.length === mostWrites || (writeAt > now && book.size <= most)) break;
    found.push(key);
  }
  return found;
};

/**
 * Counts a use of a credential, by the hour, auth and actor. The first of an hour is written at once, the others are held in memory for
 * five minutes, and written with the next call of any auth: what a process still holds when it dies is lost. Never rejects: a
 * store that fails at this keeps no call from its answer, and the next one tries again.
 */
export const countUse = async (deps: Deps, use: Use): Promise<void> => {
  const now = deps.clock.now();
  const at = now - (now % hour);
  const { type, id } = userOf(use.actor);
  const key = [use.actor.organizationId, use.auth.id, type, id, at].join('/');
  const book = bookOf(deps);
  const known = book.get(key);
  const counted = known ?? { about: aboutOf(use, key, at), uses: 0, writeAt: now + rest };
  book.set(key, { ...counted, uses: counted.uses + 1, lastUsedAt: now });
  const keys = [...due(book, now), ...(known ? [] : [key])];
  if (keys.length > 0) await sideBySide(keys, (one) => settle(deps, one));
};
