import type { Deps } from '../../ports.ts';
import { AuthRevocationFailed, AuthRevoked } from '../auths/events.ts';
import { history, historyOf } from '../auths/history.ts';
import { traceKey, traces } from '../auths/trace.ts';
import { every } from '../paging.ts';
import { forgetUser } from '../umbrellas/forget-user.ts';
import { authsOfEndUser, endUserAuths, type EndUserRef } from './auth-link.ts';

const outcomes: readonly string[] = [AuthRevoked.type, AuthRevocationFailed.type];

/** Removes the histories of auths that are gone, but for how their revocations ended, unless `whole`. */
export const removeHistories = async (
  { store }: Deps,
  organizationId: string,
  { authIds, whole }: { readonly authIds: readonly string[]; readonly whole: boolean },
): Promise<void> => {
  for (const authId of authIds)
    for await (const entry of every(store, history, historyOf(organizationId, authId)))
      if (whole || !outcomes.includes(entry.event.type)) await store.remove(history, entry);
};

/**
 * Removes what is left that bears an end user's id or was written of their auths: traces, histories, places under umbrellas, and
 * last the links by which all of it is found. Again: nothing happens.
 */
export const scrub = async (deps: Deps, ref: EndUserRef, authIds: readonly string[]): Promise<void> => {
  const { organizationId, endUserId } = ref;
  for (const authId of authIds) {
    const trace = await deps.store.get(traces, traceKey(organizationId, authId));
    if (trace) await deps.store.remove(traces, trace);
  }
  await removeHistories(deps, organizationId, { authIds, whole: false });
  await forgetUser(deps, { organizationId, endUserId, authIds });
  for await (const link of every(deps.store, endUserAuths, authsOfEndUser(ref)))
    await deps.store.remove(endUserAuths, link);
};
