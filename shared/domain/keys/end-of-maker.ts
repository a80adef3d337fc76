import type { Deps } from '../../ports.ts';
import type { KeyMaker } from './demand-no-less.ts';
import { keyPlace, keys } from './key.ts';

/** When the key that makes another, or has its text renewed, will have ended itself: milliseconds since 1970, or never. */
export const endOfMaker = async (
  { store }: Pick<Deps, 'store'>,
  { type, id, organizationId }: KeyMaker,
): Promise<number> => {
  const own =
    type === 'key' && id !== undefined ? await store.get(keys, keyPlace(organizationId, id)) : undefined;
  return own?.expiresAt ?? Infinity;
};
