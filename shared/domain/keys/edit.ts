import { AppError, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { keyPlace, keys, type ServerKey } from './key.ts';

const tries = 20;

interface EditInput {
  readonly organizationId: string;
  readonly keyId: string;
}

/** A server key of an organization; 404 `key_not_found` for any other. */
export const getKey = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, keyId }: EditInput,
): Promise<ServerKey> => {
  const key = await store.get(keys, keyPlace(organizationId, keyId));
  if (!key) throw notFound('key');
  return key;
};

/**
 * Changes a key, read again as often as somebody else is faster: that it is used is written by the calls that use it. `change`
 * may be asked several times, and rejects what must not be. Rejects with 404, and with 503 `too_contended`.
 */
export const editKey = async (
  deps: Pick<Deps, 'store'>,
  where: EditInput,
  change: (key: ServerKey) => ServerKey,
): Promise<ServerKey> => {
  for (let round = 0; round < tries; round += 1) {
    const written = await deps.store.replace(keys, change(await getKey(deps, where)));
    if (written) return written;
  }
  throw new AppError(503, 'too_contended', 'Too many writers met on this key. Repeat the call.');
};
