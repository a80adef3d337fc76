import * as z from 'zod';
import type { Deps, Key } from '../../ports.ts';
import { amend } from '../amend.ts';
import { authKey, auths } from '../auths/auth.ts';
import { remains } from '../auths/remains.ts';
import { isRevocable } from '../auths/revocation.ts';
import { destroyAuth } from '../auths/remove.ts';
import { discardKept } from '../connect/discard-kept.ts';
import { sessions, sessionsFor } from '../connect/session.ts';
import { every } from '../paging.ts';
import { sideBySide } from '../side-by-side.ts';
import { authsOfEndUser, endUserAuths, type EndUserRef } from './auth-link.ts';
import { forgetSession } from './recent-session.ts';
import { mostNamed, receiptKey, receipts, type ForgottenAuth, type Receipt } from './receipt.ts';
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

/** What is to become of the grant of an auth. Of one that cannot be read any more nobody will know. */
const outlook = async (deps: Deps, key: Key): Promise<ForgottenAuth['revocation']> => {
  try {
    const auth = await deps.store.get(auths, key);
    return auth && (await isRevocable(deps, auth)) ? 'pending' : 'not_possible';
  } catch (error) {
    if (error instanceof z.ZodError) return 'unknown';
    throw error;
  }
};

/** Names an auth in the receipt before it is destroyed, for afterwards nobody knows of it. Again: nothing happens. */
const name = async (deps: Deps, about: About, auth: ForgottenAuth): Promise<void> => {
  await amendReceipt(deps, about, (receipt) => {
    if (receipt.auths.some(({ authId }) => authId === auth.authId)) return undefined;
    const counts = { ...receipt.counts, auths: receipt.counts.auths + 1 };
    const room = receipt.auths.length < mostNamed;
    return { ...receipt, counts, auths: room ? [...receipt.auths, auth] : receipt.auths };
  });
};

/** Destroys an auth, named in the receipt before. Answers whether it is gone. */
const destroyNamed = async (deps: Deps, about: About, authId: string): Promise<boolean> => {
  const { organizationId, workspaceId } = about;
  const key = authKey(organizationId, authId);
  const found = await deps.store.get(remains, key);
  if (!found) return true;
  await name(deps, about, { authId, serviceId: found.serviceId, revocation: await outlook(deps, key) });
  await destroyAuth(deps, { organizationId, workspaceId, authId });
  return (await deps.store.get(remains, key)) === undefined;
};

/** Ends the sessions of an end user and the attempts to connect, with what those had kept. Answers whether there were any. */
const endSessions = async (deps: Deps, about: About, ref: EndUserRef): Promise<boolean> => {
  let found = false;
  for await (const session of every(deps.store, endUserSessions, endUserSessionsFor(ref))) {
    found = true;
    if (await deps.store.remove(endUserSessions, session)) await count(deps, about, 'sessions');
    forgetSession(deps, session);
  }
  const { organizationId, workspaceId, endUserId } = ref;
  for await (const session of every(
    deps.store,
    sessions,
    sessionsFor(organizationId, workspaceId, endUserId),
  )) {
    found = true;
    if (session.attempt !== undefined) await discardKept(deps, session, session.attempt);
    if (await deps.store.remove(sessions, session)) await count(deps, about, 'connectSessions');
  }
  return found;
};

/**
 * Ends the sessions of an end user and destroys their auths, each named in the receipt before. Answers the ids of all that they
 * had, and whether all are gone: an auth that is being renewed stays until that has ended, and a session that was ended just now is
 * let in for some seconds more. Rejects when one could not be destroyed, after the others were. Again: nothing happens.
 */
export const destroyAll = async (
  deps: Deps,
  about: About,
  ref: EndUserRef,
): Promise<{ authIds: readonly string[]; gone: boolean }> => {
  let gone = !(await endSessions(deps, about, ref));
  const authIds: string[] = [];
  for await (const { authId } of every(deps.store, endUserAuths, authsOfEndUser(ref))) authIds.push(authId);
  const destroy = async (authId: string): Promise<void> => {
    if (!(await destroyNamed(deps, about, authId))) gone = false;
  };
  // One at a time: all are named in the same receipt.
  await sideBySide(authIds, destroy, 1);
  return { authIds, gone };
};
