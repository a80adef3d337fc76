import { endUserOf } from '#shared/domain/end-users/own-auths.ts';
import { listOwnServices as run } from '#shared/domain/end-users/own-services.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listServices } from './routes.ts';

/** Lists the services with which an end user may authenticate. */
export const listOwnServices = endpoint(listServices, ({ deps, actor, query }) =>
  run(deps, endUserOf(actor), query),
);
