import { page } from '#shared/domain/paging.ts';
import { services, servicesOf } from '#shared/domain/services/service.ts';
import { showService } from '#shared/domain/services/view.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the services that a workspace manages. */
export const listServices = endpoint(list, ({ deps, actor, path, query }) =>
  page(deps.store, services, {
    ...servicesOf(actor.organizationId, path.workspaceId),
    query,
    show: showService,
  }),
);
