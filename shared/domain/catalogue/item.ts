import * as z from 'zod';
import { CatalogueEntry, CatalogueName } from '../../catalogue/entry.ts';

/** A definition that comes with the product (R30). */
const kind = z.literal('built_in');

/** A catalogue entry in a list: what one needs to choose it. */
export const CatalogueItem = z.object({
  kind,
  name: CatalogueName,
  title: z.string(),
  documentationUrl: z.string(),
  icon: z.string().nullable(),
  type: z.enum(['oauth2', 'oauth1', 'token', 'login']),
  /** Null for types that have no grants. */
  grant: z.string().nullable(),
  /** What the builder must give, by its name in `auth`. */
  needs: z.array(z.string()),
});
export type CatalogueItem = z.infer<typeof CatalogueItem>;

/** A catalogue entry as a whole, its service document included. */
export const CatalogueEntryView = z.object({
  ...CatalogueEntry.shape,
  kind,
  needs: z.array(z.string()),
});
export type CatalogueEntryView = z.infer<typeof CatalogueEntryView>;
