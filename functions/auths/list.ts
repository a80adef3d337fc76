import { demand } from '#shared/domain/actor.ts';
import { listAuths as run } from '#shared/domain/auths/list.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the auths of a workspace; those that are usable for whoever may use auths there (R36). */
export const listAuths = endpoint(list, ({ deps, actor, path, query }) => {
  if (query.usable) demand(actor, 'auths:use');
  return run(deps, { organizationId: actor.organizationId, ...path, query });
});
