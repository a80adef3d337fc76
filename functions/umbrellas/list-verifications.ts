import { listRecords } from '#shared/domain/umbrellas/list-records.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listVerifications } from './routes.ts';

/** Lists what was recorded of the provider's approval. */
export const listVerificationHistory = endpoint(listVerifications, ({ deps, actor, path, query }) =>
  listRecords(deps, { organizationId: actor.organizationId, ...path, query }),
);
