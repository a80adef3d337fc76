import { exportDefinitions as run } from '#shared/domain/definitions/export.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { exportDefinitions as route } from './routes.ts';

/** Writes services as a document for another deployment. */
export const exportDefinitions = endpoint(route, ({ deps, actor, path, body }) =>
  run(deps, { organizationId: actor.organizationId, ...path, ...body }),
);
