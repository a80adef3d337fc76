import { describeUmbrella } from '#shared/domain/umbrellas/describe.ts';
import { getUmbrella as run } from '#shared/domain/umbrellas/get.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads an umbrella application. */
export const getUmbrella = endpoint(get, async ({ deps, actor, path }) =>
  describeUmbrella(deps, await run(deps, { organizationId: actor.organizationId, ...path })),
);
