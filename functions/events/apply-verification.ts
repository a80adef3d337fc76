import { applyVerification } from '#shared/domain/umbrellas/apply-verification.ts';
import { VerificationChanged } from '#shared/domain/umbrellas/events.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Lets auths follow the status of their umbrella application. */
export const handler = reactionTo(
  'apply-verification',
  VerificationChanged,
  (deps, { organizationId, data }) =>
    applyVerification(deps, { organizationId, umbrellaId: data.umbrellaId }),
);
