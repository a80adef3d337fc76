import { moveService as run } from '#shared/domain/services/move.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { move } from './routes.ts';

/** Moves a legacy service to the organization workspace. Whoever moves it need not be one of those who may read it there. */
export const moveService = endpoint(move, async ({ deps, actor, path }) => {
  const { service, moved } = await run(deps, { organizationId: actor.organizationId, ...path });
  return { id: service.id, workspaceId: service.workspaceId, moved };
});
