import type { Deps } from '../../ports.ts';
import type { EndUserRef } from './auth-link.ts';
import { amendReceipt, destroyAll } from './destroy.ts';
import type { ReceiptRef } from './forget.ts';
import { forgettingKey, forgettings } from './forgetting.ts';
import { indexAuths } from './index-auths.ts';
import { gatherOutcomes } from './outcomes.ts';
import { receiptKey, receipts, type Receipt } from './receipt.ts';
import { scrub } from './scrub.ts';

/**
 * So long what was begun before may still go on: a try to connect, a call that was let in, the telling of the last events, which
 * is filtered by what the traces hold. Milliseconds.
 */
const settling = 600_000;
/** How often the outcomes of revocations are looked after, which are tried for three days. */
const pace = 3_600_000;

/** Has a receipt looked after later on, unless somebody else has come further with it meanwhile. */
const wake = (deps: Deps, receipt: Receipt, times: Pick<Receipt, 'nextAt' | 'quietAt'>) =>
  amendReceipt(deps, receipt, (current) =>
    current.status === receipt.status ? { ...current, ...times } : undefined,
  );

/** Destroys all, then, when nothing can come after, what bears the id; last the id in the receipt itself. */
const forgetNow = async (deps: Deps, receipt: Receipt, ref: EndUserRef): Promise<Receipt | undefined> => {
  // Should its writer have died before it wrote this. Later on, whoever has ended it may have removed it just now.
  if (receipt.quietAt === undefined)
    await deps.store.insert(forgettings, { ...ref, receiptId: receipt.id, revision: 0 });
  const indexed = await indexAuths(deps, ref);
  const { authIds, gone } = await destroyAll(deps, receipt, ref);
  const now = deps.clock.now();
  if (!indexed) return wake(deps, receipt, { nextAt: now });
  const quietAt = (gone && receipt.quietAt) || now + settling;
  if (now < quietAt) return wake(deps, receipt, { quietAt, nextAt: quietAt });
  await gatherOutcomes(deps, receipt);
  await scrub(deps, ref, authIds);
  const claim = await deps.store.get(forgettings, forgettingKey(ref));
  // Before the id is dropped, by which alone it is found: repeated, all of this comes to the same.
  if (claim?.receiptId === receipt.id) await deps.store.remove(forgettings, claim);
  return amendReceipt(deps, receipt, ({ endUserId, ...current }) =>
    endUserId === undefined ? undefined : { ...current, status: 'forgotten', forgottenAt: now },
  );
};

/** Completes a receipt once it is known how each revocation ended. */
const conclude = async (deps: Deps, receipt: Receipt): Promise<void> => {
  const gathered = await gatherOutcomes(deps, receipt);
  const now = deps.clock.now();
  if (gathered.auths.some(({ revocation }) => revocation === 'pending')) {
    await wake(deps, gathered, { nextAt: now + pace });
    return;
  }
  await amendReceipt(deps, gathered, ({ nextAt, ...current }) =>
    nextAt === undefined ? undefined : { ...current, status: 'complete', completedAt: now },
  );
};

/** Goes on with what a receipt stands for, as far as that can be now. Again: nothing happens. */
export const finishForgetting = async (
  deps: Deps,
  { organizationId, workspaceId, receiptId }: ReceiptRef,
): Promise<void> => {
  const receipt = await deps.store.get(receipts, receiptKey(organizationId, workspaceId, receiptId));
  if (!receipt || receipt.status === 'complete') return;
  const { endUserId } = receipt;
  const forgotten =
    endUserId === undefined
      ? receipt
      : await forgetNow(deps, receipt, { organizationId, workspaceId, endUserId });
  if (forgotten?.status === 'forgotten') await conclude(deps, forgotten);
};
