import { planImport } from '#shared/domain/transfers/plan.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { checkImport as route } from './routes.ts';

/** Tries the import of a workflow bundle dry. */
export const checkImport = endpoint(route, async ({ deps, actor, path, body }) => {
  const { view } = await planImport(deps, { organizationId: actor.organizationId, ...path, input: body });
  return view;
});
