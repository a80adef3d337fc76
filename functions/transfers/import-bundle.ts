import { importBundle as run } from '#shared/domain/transfers/import.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { importBundle as route } from './routes.ts';

/** Imports a workflow bundle. */
export const importBundle = endpoint(route, ({ deps, actor, path, body }) =>
  run(deps, { by: actor, ...path, input: body }),
);
