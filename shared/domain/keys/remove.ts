import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { editedMeanwhile } from '../versions.ts';
import { demandNoLessRole, type KeyMaker } from './demand-no-less.ts';
import { keyPlace, keys } from './key.ts';

const tries = 20;

/** Deletes a server key; processes that have just used it forget it within ten seconds. */
export const removeKey = async (
  { store }: Pick<Deps, 'store'>,
  { by, keyId }: { by: KeyMaker; keyId: string },
): Promise<void> => {
  // A key that is used is written now and then: that must keep nobody from deleting it.
  for (let round = 0; round < tries; round += 1) {
    const key = await store.get(keys, keyPlace(by.organizationId, keyId));
    if (!key) throw notFound('key');
    demandNoLessRole(by, key);
    if (await store.remove(keys, key)) return;
  }
  throw editedMeanwhile();
};
