import { createUmbrella as run } from '#shared/domain/umbrellas/create.ts';
import { showUmbrella } from '#shared/domain/umbrellas/umbrella.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Registers an umbrella application. */
export const createUmbrella = endpoint(create, async ({ deps, actor, body }) =>
  showUmbrella(await run(deps, { by: actor, input: body })),
);
