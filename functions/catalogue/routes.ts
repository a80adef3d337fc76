import * as z from 'zod';
import { CatalogueName } from '#shared/catalogue/entry.ts';
import { CatalogueEntryView, CatalogueItem } from '#shared/domain/catalogue/item.ts';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { LifetimeProfile } from '#shared/lifetimes/profile.ts';
import { ProfileName } from '#shared/lifetimes/profile-name.ts';
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

export const listProfiles = route({
  name: 'listLifetimeProfiles',
  method: 'GET',
  path: '/v1/lifetime-profiles',
  summary:
    'Lists what is known of how long auths live, by provider, each value with how sure it is and who says so.',
  needs: 'services:read',
  request: { query: PageQuery },
  response: pageOf(LifetimeProfile),
});

export const getProfile = route({
  name: 'getLifetimeProfile',
  method: 'GET',
  path: '/v1/lifetime-profiles/{name}',
  summary: 'Reads what is known of how long the auths of one provider live.',
  needs: 'services:read',
  request: { path: z.strictObject({ name: ProfileName }) },
  response: LifetimeProfile,
});
