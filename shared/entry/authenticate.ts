import type { Actor } from '../domain/actor.ts';
import { authenticateEndUser } from '../domain/end-users/authenticate.ts';
import { authenticateKey } from '../domain/keys/authenticate.ts';
import { AppError } from '../errors.ts';
import type { Deps } from '../ports.ts';
import { headerOf, type ArrivingCall } from './http.ts';

const unauthenticated = (message: string) =>
  new AppError(401, 'unauthenticated', message, {
    headers: { 'www-authenticate': 'Bearer realm="latchkey"' },
  });

/** Who calls (RFC 6750 §2.1). Rejects with 401; what exactly is wrong with a key is not told. */
export const authenticate = async (deps: Deps, call: ArrivingCall): Promise<Actor> => {
  const [scheme, text, ...more] = headerOf(call, 'authorization')?.split(' ') ?? [];
  if (scheme?.toLowerCase() !== 'bearer' || !text || more.length > 0) {
    throw unauthenticated('Send a server key: Authorization: Bearer lk_….');
  }
  const ofEndUser = text.startsWith('lu_');
  const actor = await (ofEndUser ? authenticateEndUser(deps, text) : authenticateKey(deps, text));
  if (!actor) throw unauthenticated('The server key is not known.');
  return actor;
};
