import { needsOf } from '../../catalogue/document.ts';
import { catalogueEntry } from '../../catalogue/entries.ts';
import { notFound } from '../../errors.ts';
import type { CatalogueEntryView } from './item.ts';

/** A ready definition with its service document. Rejects with 404 when the catalogue has none of this name. */
export const getCatalogueEntry = (name: string): CatalogueEntryView => {
  const entry = catalogueEntry(name);
  if (!entry) throw notFound('catalogue_entry', 'GET /v1/catalogue lists those that there are.');
  return { kind: 'built_in', ...entry, needs: [...needsOf(entry)] };
};
