import { importDefinitions as run } from '#shared/domain/definitions/import.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { importDefinitions as route } from './routes.ts';

/** Makes services of the document of another deployment. */
export const importDefinitions = endpoint(route, ({ deps, actor, path, body }) =>
  run(deps, { organizationId: actor.organizationId, ...path, request: body }),
);
