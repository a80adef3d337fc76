import { listServicesUnder } from '#shared/domain/umbrellas/services-under.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listServices } from './routes.ts';

/** Lists the services that run under an umbrella application. */
export const listUmbrellaServices = endpoint(listServices, ({ deps, actor, path, query }) =>
  listServicesUnder(deps, { by: actor, ...path, query }),
);
