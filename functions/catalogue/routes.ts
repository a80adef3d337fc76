import * as z from 'zod';
import { CatalogueName } from '#shared/catalogue/entry.ts';
import { CatalogueEntryView, CatalogueItem } from '#shared/domain/catalogue/item.ts';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { route } from '#shared/entry/route.ts';

export const list = route({
  name: 'listCatalogue',
  method: 'GET',
  path: '/v1/catalogue',
  summary: 'Lists the ready definitions of widely used APIs, each with what must be given to use it.',
  needs: 'services:read',
  request: {
    query: PageQuery.extend({
      type: CatalogueItem.shape.type.optional(),
      q: z.string().min(1).max(100).optional(),
    }),
  },
  response: pageOf(CatalogueItem),
});

export const get = route({
  name: 'getCatalogueEntry',
  method: 'GET',
  path: '/v1/catalogue/{name}',
  summary: 'Reads a ready definition with its service document.',
  needs: 'services:read',
  request: { path: z.strictObject({ name: CatalogueName }) },
  response: CatalogueEntryView,
});
