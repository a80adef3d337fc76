import type * as z from 'zod';
import { needsOf } from '../../catalogue/document.ts';
import { catalogueEntries } from '../../catalogue/entries.ts';
import type { CatalogueEntry } from '../../catalogue/entry.ts';
import type { PageQuery, pageOf } from '../inputs.ts';
import { pageAtHand } from '../paging.ts';
import type { CatalogueItem } from './item.ts';

type Page = z.infer<ReturnType<typeof pageOf<typeof CatalogueItem>>>;

interface CatalogueQuery extends PageQuery {
  readonly type?: CatalogueItem['type'] | undefined;
  /** Part of a name or title, in any case. */
  readonly q?: string | undefined;
}

const show = (entry: CatalogueEntry): CatalogueItem => ({
  kind: 'built_in',
  name: entry.name,
  title: entry.title,
  documentationUrl: entry.documentationUrl,
  icon: entry.service.icon ?? null,
  type: entry.service.auth.type,
  grant: entry.service.auth.grant ?? null,
  needs: [...needsOf(entry)],
});

const matches = ({ name, title, service }: CatalogueEntry, { type, q }: CatalogueQuery): boolean =>
  (type === undefined || service.auth.type === type) &&
  (q === undefined || `${name}\n${title}`.toLowerCase().includes(q.toLowerCase()));

/** One page of the catalogue by name (R31). */
export const listCatalogue = (query: CatalogueQuery): Page => {
  const found = catalogueEntries().filter((entry) => matches(entry, query));
  const { items, nextCursor } = pageAtHand(found, { list: 'catalogue', query, nameOf: ({ name }) => name });
  return { items: items.map(show), nextCursor };
};
