import { applyEscrow } from '#shared/domain/auths/apply-escrow.ts';
import { EscrowDue } from '#shared/domain/auths/due-events.ts';
import { sideBySide } from '#shared/domain/side-by-side.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Lets the vault take the credentials that it did not take when they came. */
export const handler = reactionTo('apply-escrows', EscrowDue, (deps, { organizationId, data }) =>
  sideBySide(data.held, ({ authId, version }) => applyEscrow(deps, { organizationId, authId, version })),
);
