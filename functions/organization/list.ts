import { listOrganizations as run } from '#shared/domain/organization/others.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the organizations of the deployment. */
export const listOrganizations = endpoint(list, ({ deps, actor, query }) => run(deps, actor, query));
