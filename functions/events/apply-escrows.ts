import { applyEscrow } from '#shared/domain/auths/apply-escrow.ts';
import { EscrowDue } from '#shared/domain/auths/due-events.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Lets the vault take the credentials that it did not take when they came. */
export const handler = reactionTo('apply-escrows', EscrowDue, async (deps, { organizationId, data }) => {
  for (const { authId, version } of data.held) await applyEscrow(deps, { organizationId, authId, version });
});
