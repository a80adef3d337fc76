import { checkService as run } from '#shared/domain/services/check/check-service.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { check, checkNew } from './routes.ts';

/** Tries a definition dry that is not stored yet. */
export const checkNewService = endpoint(checkNew, ({ deps, actor, path, body }) =>
  run(deps, { organizationId: actor.organizationId, ...path, candidate: body }),
);

/** Tries an edit of a service dry, or the service as it stands. */
export const checkService = endpoint(check, ({ deps, actor, path, body }) =>
  run(deps, { organizationId: actor.organizationId, ...path, candidate: body }),
);
