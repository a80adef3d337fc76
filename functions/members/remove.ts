import { removeMember } from '#shared/domain/members/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Removes a person from the organization. */
export const deleteMember = endpoint(remove, async ({ deps, actor, path, query, ifMatch }) => {
  await removeMember(deps, { by: actor, ...path, handPersonalTo: query.handPersonalTo, ifMatch });
  return undefined;
});
