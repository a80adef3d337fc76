import type { Deps } from '../../ports.ts';
import { history, historyOf } from '../auths/history.ts';
import { traceKey, traces } from '../auths/trace.ts';
import { scrubEndUser } from '../history/scrub.ts';
import { every } from '../paging.ts';
import { forgetUser } from '../umbrellas/forget-user.ts';
import { authsOfEndUser, endUserAuths, type EndUserRef } from './auth-link.ts';

/**
 * Takes the providers' own words, which may name somebody, out of the history of an auth. The entries stay: an event that is told
 * again then finds its own, and brings nothing back.
 */
const blankHistory = async ({ store }: Deps, organizationId: string, authId: string): Promise<void> => {
  for await (const entry of every(store, history, historyOf(organizationId, authId))) {
    const { event } = entry;
    if (typeof event.data['description'] !== 'string') continue;
    await store.replace(history, {
      ...entry,
      event: { ...event, data: { ...event.data, description: null } },
    });
  }
};

/**
 * Removes what is left that bears an end user's id or may name them: traces, providers' words, places under umbrellas, and last the
 * links by which all of it is found. Again: nothing happens.
 */
export const scrub = async (deps: Deps, ref: EndUserRef, authIds: readonly string[]): Promise<void> => {
  const { organizationId, endUserId } = ref;
  await scrubEndUser(deps, ref);
  for (const authId of authIds) {
    const trace = await deps.store.get(traces, traceKey(organizationId, authId));
    if (trace) await deps.store.remove(traces, trace);
    await blankHistory(deps, organizationId, authId);
  }
  await forgetUser(deps, { organizationId, endUserId, authIds });
  for await (const link of every(deps.store, endUserAuths, authsOfEndUser(ref)))
    await deps.store.remove(endUserAuths, link);
};
