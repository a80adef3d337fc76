import { handOut } from '#shared/domain/auths/hand-out.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { accessToken } from './routes.ts';

/** Hands out a fresh access token, this once in clear. */
export const handOutAccessToken = endpoint(accessToken, async ({ deps, actor, path }) => {
  const { token, ...about } = await handOut(deps, { actor, ...path });
  return { accessToken: token.reveal(), ...about };
});
