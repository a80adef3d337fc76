import { sideBySide } from '#shared/domain/side-by-side.ts';
import { SecretDue } from '#shared/domain/subscriptions/events.ts';
import { forgetSecretBefore } from '#shared/domain/subscriptions/rotate.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Forgets signing secrets that sign no more. */
export const handler = reactionTo(
  'forget-signing-secrets',
  SecretDue,
  (deps, { organizationId, data: { subscriptionIds } }) =>
    sideBySide(subscriptionIds, (subscriptionId) =>
      forgetSecretBefore(deps, { organizationId, subscriptionId }),
    ),
);
