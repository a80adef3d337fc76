import { setVerification as run } from '#shared/domain/umbrellas/set-verification.ts';
import { showVerification } from '#shared/domain/umbrellas/umbrella.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { setVerification as route } from './routes.ts';

/** Records how far the provider's approval is. */
export const setVerification = endpoint(route, async ({ deps, actor, path, body, ifMatch }) => {
  const umbrella = await run(deps, { by: actor, ...path, input: body, ifMatch });
  return showVerification(umbrella.verification);
});
