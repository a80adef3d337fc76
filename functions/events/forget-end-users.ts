import { ForgettingDue } from '#shared/domain/end-users/events.ts';
import { finishForgetting } from '#shared/domain/end-users/finish-forgetting.ts';
import { sideBySide } from '#shared/domain/side-by-side.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Goes on with forgetting end users, as far as that can be now. */
export const handler = reactionTo('forget-end-users', ForgettingDue, (deps, { organizationId, data }) =>
  sideBySide(data.receipts, (receipt) => finishForgetting(deps, { organizationId, ...receipt })),
);
