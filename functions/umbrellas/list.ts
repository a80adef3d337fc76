import { page } from '#shared/domain/paging.ts';
import { showUmbrella, umbrellas, umbrellasOf } from '#shared/domain/umbrellas/umbrella.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the umbrella applications. */
export const listUmbrellas = endpoint(list, ({ deps, actor, query }) =>
  page(deps.store, umbrellas, { ...umbrellasOf(actor.organizationId), query, show: showUmbrella }),
);
