import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { editedMeanwhile } from '../versions.ts';
import { keyPlace, keys } from './key.ts';

/** Deletes a server key; processes that have just used it forget it within ten seconds. */
export const removeKey = async (
  { store }: Deps,
  { organizationId, keyId }: { organizationId: string; keyId: string },
): Promise<void> => {
  const key = await store.get(keys, keyPlace(organizationId, keyId));
  if (!key) throw notFound('key');
  if (!(await store.remove(keys, key))) throw editedMeanwhile();
};
