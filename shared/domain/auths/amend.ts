import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import { authKey, auths, type Auth } from './auth.ts';

/** An auth by organization and id. */
export interface AuthRef {
  readonly organizationId: string;
  readonly authId: string;
}

interface Amended extends AuthRef {
  /** The auth as the caller has just written it: tried first, and read again only if somebody else wrote since. */
  readonly known?: Auth | undefined;
}

const tries = 20;

/**
 * Changes an auth, read again as often as somebody else is faster. `change` gets the newest state and answers the next one,
 * or undefined when there is nothing to do any more; then undefined is the answer. It may be asked several times.
 */
export const amendAuth = async (
  deps: Deps,
  { organizationId, authId, known }: Amended,
  change: (auth: Auth) => Auth | undefined,
): Promise<Auth | undefined> => {
  const fromKnown = known && change(known);
  const atOnce = fromKnown && (await replaceAndTell(deps, auths, fromKnown));
  if (atOnce) return atOnce;
  for (let round = 0; round < tries; round += 1) {
    const auth = await deps.store.get(auths, authKey(organizationId, authId));
    const next = auth && change(auth);
    if (!next) return undefined;
    const written = await replaceAndTell(deps, auths, next);
    if (written) return written;
  }
  throw new AppError(503, 'too_contended', 'Too many writers met on this auth. Repeat the call.');
};
