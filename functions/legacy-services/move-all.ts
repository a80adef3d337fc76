import { moveAllServices } from '#shared/domain/services/legacy/move-all.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { moveAll } from './routes.ts';

/** Moves all legacy services to the organization workspace. */
export const moveLegacyServices = endpoint(moveAll, ({ deps, actor }) =>
  moveAllServices(deps, actor.organizationId),
);
