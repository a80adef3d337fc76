import { applyEscrow } from '#shared/domain/auths/apply-escrow.ts';
import { EscrowDue } from '#shared/domain/auths/due-events.ts';
import { eachApart } from '#shared/entry/each-apart.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Lets the vault take the credentials that it did not take when they came. */
export const handler = reactionTo('apply-escrows', EscrowDue, (deps, { organizationId, data }) =>
  eachApart(data.held, ({ authId, version }) => applyEscrow(deps, { organizationId, authId, version })),
);
