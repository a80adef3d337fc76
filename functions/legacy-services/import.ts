import { importLegacyServices as run } from '#shared/domain/services/legacy/import.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { importRecords } from './routes.ts';

/** Imports services of an older system. */
export const importLegacyServices = endpoint(importRecords, async ({ deps, actor, body }) => ({
  items: await run(deps, { organizationId: actor.organizationId, ...body }),
}));
