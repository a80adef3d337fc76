import { createHash } from 'node:crypto';
import type { Pagination } from './definition.ts';
import { exactText } from '../exact-json.ts';
import type { Page } from './judge.ts';

const digest = (value: unknown): string =>
  createHash('sha256').update(exactText(value)).digest('base64url').slice(0, 22);

/**
 * Notices that a service leads in circles: the same cursor or link a second time, or a numbered page that holds what the
 * one before it held. It keeps a digest of each cursor and link, and of the items of the last numbered page.
 */
export const repeats = ({ kind }: Pagination): ((page: Page) => boolean) => {
  const numbered = kind === 'offset' || kind === 'page';
  const seen = new Set<string>();
  return ({ items, next }) => {
    if (numbered ? items.length === 0 : next === undefined) return false;
    const mark = digest(numbered ? items : next);
    const known = seen.has(mark);
    if (numbered) seen.clear();
    seen.add(mark);
    return known;
  };
};
