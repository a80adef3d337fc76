import type { Deps } from '../../ports.ts';
import type { KeyMaker } from './demand-no-less.ts';
import { keyPlace, keys } from './key.ts';

/**
 * When the key that makes another, or has its text renewed, will have ended itself: milliseconds since 1970, or never. One that was
 * deleted has ended, though some process still knows it: nothing that it makes stays.
 */
export const endOfMaker = async (
  { store }: Pick<Deps, 'store'>,
  { type, id, organizationId }: KeyMaker,
): Promise<number> => {
  if (type !== 'key' || id === undefined) return Infinity;
  const own = await store.get(keys, keyPlace(organizationId, id));
  return own ? (own.expiresAt ?? Infinity) : -Infinity;
};
