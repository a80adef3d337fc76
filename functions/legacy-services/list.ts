import { page } from '#shared/domain/paging.ts';
import { services, servicesFrom } from '#shared/domain/services/service.ts';
import { showService } from '#shared/domain/services/view.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the legacy services of all personal workspaces. */
export const listLegacyServices = endpoint(list, ({ deps, actor, query }) =>
  page(deps.store, services, {
    ...servicesFrom(actor.organizationId, 'legacy'),
    list: 'legacy service',
    query,
    show: showService,
  }),
);
