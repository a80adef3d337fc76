import { conflict } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { EndUserRef } from './auth-link.ts';
import { forgettingKey, forgettings } from './forgetting.ts';

/** Rejects with 409 `end_user_being_forgotten` while that is under way: what was made then might outlive it. */
export const demandNotForgotten = async ({ store }: Deps, ref: EndUserRef): Promise<void> => {
  if (await store.get(forgettings, forgettingKey(ref)))
    throw conflict(
      'end_user_being_forgotten',
      'All that is known of this end user is being destroyed. Ask again when its receipt says forgotten.',
    );
};
