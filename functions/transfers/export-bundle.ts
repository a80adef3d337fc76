import { exportBundle as run } from '#shared/domain/transfers/export.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { exportBundle as route } from './routes.ts';

/** Makes a workflow bundle. */
export const exportBundle = endpoint(route, ({ deps, actor, path, body }) =>
  run(deps, { by: actor, ...path, input: body }),
);
