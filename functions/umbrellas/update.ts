import { describeUmbrella } from '#shared/domain/umbrellas/describe.ts';
import { updateUmbrella as run } from '#shared/domain/umbrellas/update.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Changes the details of an umbrella application. */
export const updateUmbrella = endpoint(update, async ({ deps, actor, path, body, ifMatch }) => {
  const { organizationId } = actor;
  return describeUmbrella(deps, await run(deps, { organizationId, ...path, input: body, ifMatch }));
});
