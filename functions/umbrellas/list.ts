import { listUmbrellas as run } from '#shared/domain/umbrellas/describe.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the umbrella applications. */
export const listUmbrellas = endpoint(list, ({ deps, actor, query }) =>
  run(deps, { organizationId: actor.organizationId, query }),
);
