import { AppError, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { editedMeanwhile } from '../versions.ts';
import { keyPlace, keys } from './key.ts';

/** Deletes a server key; processes that have just used it forget it within ten seconds. */
export const removeKey = async (
  { store }: Deps,
  { by, keyId }: { by: Pick<Actor, 'organizationId' | 'role'>; keyId: string },
): Promise<void> => {
  const key = await store.get(keys, keyPlace(by.organizationId, keyId));
  if (!key) throw notFound('key');
  if (key.role === 'owner' && by.role !== 'owner') {
    throw new AppError(403, 'forbidden', 'Only an owner deletes keys of owners.');
  }
  if (!(await store.remove(keys, key))) throw editedMeanwhile();
};
