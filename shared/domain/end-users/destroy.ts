import type { Deps } from '../../ports.ts';
import { amend } from '../amend.ts';
import { authKey, auths, type Auth } from '../auths/auth.ts';
import { isRevocable } from '../auths/revocation.ts';
import { destroyAuth } from '../auths/remove.ts';
import { discardKept } from '../connect/discard-kept.ts';
import { sessions, sessionsFor } from '../connect/session.ts';
import { every } from '../paging.ts';
import { authsOfEndUser, endUserAuths, type EndUserRef } from './auth-link.ts';
import { forgetSession } from './recent-session.ts';
import { mostNamed, receiptKey, receipts, type Receipt } from './receipt.ts';
import { endUserSessions, endUserSessionsFor } from './session.ts';

type About = Pick<Receipt, 'organizationId' | 'workspaceId' | 'id'>;

/** Writes into a receipt, whoever writes it meanwhile. */
export const amendReceipt = (
  deps: Deps,
  { organizationId, workspaceId, id }: About,
  change: (receipt: Receipt) => Receipt | undefined,
): Promise<Receipt | undefined> =>
  amend(deps, { collection: receipts, key: receiptKey(organizationId, workspaceId, id) }, change);

const count = (deps: Deps, about: About, what: 'sessions' | 'connectSessions') =>
  amendReceipt(deps, about, (receipt) => ({
    ...receipt,
    counts: { ...receipt.counts, [what]: receipt.counts[what] + 1 },
  }));

/** Names an auth in the receipt before it is destroyed, for afterwards nobody knows of it. Again: nothing happens. */
const name = async (deps: Deps, about: About, { id: authId, serviceId, ...auth }: Auth): Promise<void> => {
  const revocable = await isRevocable(deps, { id: authId, serviceId, ...auth });
  const revocation = revocable ? ('pending' as const) : ('not_possible' as const);
  await amendReceipt(deps, about, (receipt) => {
    if (receipt.auths.some((named) => named.authId === authId)) return undefined;
    const counts = { ...receipt.counts, auths: receipt.counts.auths + 1 };
    const room = receipt.auths.length < mostNamed;
    const named = room ? [...receipt.auths, { authId, serviceId, revocation }] : receipt.auths;
    return { ...receipt, counts, auths: named };
  });
};

/** Ends the sessions of an end user and the attempts to connect, with what those had kept. */
const endSessions = async (deps: Deps, about: About, ref: EndUserRef): Promise<void> => {
  for await (const session of every(deps.store, endUserSessions, endUserSessionsFor(ref))) {
    if (await deps.store.remove(endUserSessions, session)) await count(deps, about, 'sessions');
    forgetSession(deps, session);
  }
  const { organizationId, workspaceId, endUserId } = ref;
  for await (const session of every(
    deps.store,
    sessions,
    sessionsFor(organizationId, workspaceId, endUserId),
  )) {
    if (session.attempt !== undefined) await discardKept(deps, session, session.attempt);
    if (await deps.store.remove(sessions, session)) await count(deps, about, 'connectSessions');
  }
};

/**
 * Ends the sessions of an end user and destroys their auths, each named in the receipt before. Answers the ids of all that they
 * had, and whether all are gone; one that is being renewed stays until that has ended. Again: nothing happens.
 */
export const destroyAll = async (
  deps: Deps,
  about: About,
  ref: EndUserRef,
): Promise<{ authIds: readonly string[]; gone: boolean }> => {
  await endSessions(deps, about, ref);
  const authIds: string[] = [];
  let gone = true;
  for await (const { authId } of every(deps.store, endUserAuths, authsOfEndUser(ref))) {
    authIds.push(authId);
    const key = authKey(ref.organizationId, authId);
    const auth = await deps.store.get(auths, key);
    if (!auth) continue;
    await name(deps, about, auth);
    await destroyAuth(deps, { ...auth, authId: auth.id });
    gone &&= (await deps.store.get(auths, key)) === undefined;
  }
  return { authIds, gone };
};
