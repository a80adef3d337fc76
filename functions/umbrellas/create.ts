import { createUmbrella as run } from '#shared/domain/umbrellas/create.ts';
import { describeUmbrella } from '#shared/domain/umbrellas/describe.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Registers an umbrella application. */
export const createUmbrella = endpoint(create, async ({ deps, actor, body }) =>
  describeUmbrella(deps, await run(deps, { by: actor, input: body })),
);
