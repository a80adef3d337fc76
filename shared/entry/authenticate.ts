import type { Actor } from '../domain/actor.ts';
import { personOf } from '../domain/callers/person.ts';
import { authenticateEndUser } from '../domain/end-users/authenticate.ts';
import { authenticateKey } from '../domain/keys/authenticate.ts';
import { AppError } from '../errors.ts';
import type { Deps } from '../ports.ts';
import { demandNoBrowser } from './browser.ts';
import { headerOf, type ArrivingCall } from './http.ts';
import { invalidToken } from './invalid-token.ts';
import { verifyToken } from './tokens/verify.ts';

const unauthenticated = (message: string) =>
  new AppError(401, 'unauthenticated', message, {
    headers: { 'www-authenticate': 'Bearer realm="latchkey"' },
  });

const byKey = async (deps: Deps, text: string): Promise<Actor> => {
  const actor = await authenticateKey(deps, text);
  if (!actor) throw invalidToken('The server key is not known.');
  return actor;
};

const bySession = async (deps: Deps, text: string): Promise<Actor> => {
  const actor = await authenticateEndUser(deps, text);
  if (!actor) throw invalidToken('The session is not known, or has ended.');
  return actor;
};

const byToken = async (deps: Deps, text: string): Promise<Actor> => {
  const { tokens } = deps.settings;
  if (!tokens) throw invalidToken('The server key is not known.');
  const person = await personOf(deps, tokens, await verifyToken(deps, tokens, text));
  if (!person) throw invalidToken('The token does not say whose it is.');
  return person;
};

/**
 * Who calls (RFC 6750 §2.1): a server key, the session of an end user or a person's token, told apart by how they begin. Rejects with 401, by which nobody
 * learns what exactly is wrong with a key, and with 403 `key_in_browser` for a key that a web page sent (R50).
 */
export const authenticate = async (deps: Deps, call: ArrivingCall): Promise<Actor> => {
  const [scheme, text, ...more] = headerOf(call, 'authorization')?.split(' ') ?? [];
  if (scheme?.toLowerCase() !== 'bearer' || !text || more.length > 0) {
    throw unauthenticated('Send a server key: Authorization: Bearer lk_….');
  }
  if (text.startsWith('lu_')) return bySession(deps, text);
  if (!text.startsWith('lk_')) return byToken(deps, text);
  demandNoBrowser(deps.settings, call);
  return byKey(deps, text);
};
