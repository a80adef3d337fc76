import { getUmbrella } from '#shared/domain/umbrellas/get.ts';
import { showVerification } from '#shared/domain/umbrellas/umbrella.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { getVerification as route } from './routes.ts';

/** Reads how far the provider's approval is. */
export const getVerification = endpoint(route, async ({ deps, actor, path }) => {
  const umbrella = await getUmbrella(deps, { organizationId: actor.organizationId, ...path });
  return showVerification(umbrella.verification);
});
