import { notFound } from '../../errors.ts';
import { newEvent } from '../../events.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { flush } from '../outbox.ts';
import type { EndUserRef } from './auth-link.ts';
import { ForgettingDue } from './events.ts';
import { forgettingKey, forgettings } from './forgetting.ts';
import { receiptKey, receipts, type Receipt } from './receipt.ts';

/** After this long the sweep takes it that whoever began is gone. */
const patience = 60_000;

export interface ReceiptRef {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly receiptId: string;
}

/** A receipt of a workspace; 404 `receipt_not_found` from every other one. */
export const getReceipt = async ({ store }: Deps, ref: ReceiptRef): Promise<Receipt> => {
  const receipt = await store.get(receipts, receiptKey(ref.organizationId, ref.workspaceId, ref.receiptId));
  if (!receipt) throw notFound('receipt');
  return receipt;
};

/** The receipt by which an end user is being forgotten already. */
const underWay = async (deps: Deps, ref: EndUserRef): Promise<Receipt | undefined> => {
  const found = await deps.store.get(forgettings, forgettingKey(ref));
  return found && deps.store.get(receipts, receiptKey(ref.organizationId, ref.workspaceId, found.receiptId));
};

const newReceipt = (deps: Deps, { organizationId, workspaceId, endUserId }: EndUserRef): Receipt => {
  const now = deps.clock.now();
  const id = newId('receipt', deps);
  const data = { receipts: [{ workspaceId, receiptId: id }] };
  return {
    id,
    organizationId,
    workspaceId,
    endUserId,
    status: 'under_way',
    auths: [],
    counts: { auths: 0, sessions: 0, connectSessions: 0 },
    requestedAt: now,
    nextAt: now + patience,
    outbox: [newEvent(deps, ForgettingDue, { organizationId, data })],
    revision: 0,
  };
};

/**
 * Has all that a workspace holds of an end user destroyed, in the background; until that is done nothing new is made for them.
 * Asked for while it is under way, the answer is the same receipt. Of somebody who is not known, there is one too.
 */
export const forgetEndUser = async (deps: Deps, ref: EndUserRef): Promise<Receipt> => {
  const already = await underWay(deps, ref);
  if (already) return already;
  // The receipt first: should this process die here, the sweep finds it and goes on.
  const receipt = newReceipt(deps, ref);
  const made = (await deps.store.insert(receipts, receipt)) ?? receipt;
  const claimed = await deps.store.insert(forgettings, { ...ref, receiptId: receipt.id, revision: 0 });
  const first = claimed ? undefined : await underWay(deps, ref);
  if (!first) return flush(deps, receipts, made);
  await deps.store.remove(receipts, made);
  return first;
};
