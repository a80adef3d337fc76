import { renewSigningSecret as run } from '#shared/domain/subscriptions/rotate.ts';
import { showSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { renewSecret } from './routes.ts';

const day = 86_400;

/** Renews the signing secret of a webhook and shows it, this once. */
export const renewSigningSecret = endpoint(renewSecret, async ({ deps, actor, path, body }) => {
  const overlapSeconds = body?.overlapSeconds ?? day;
  const where = { organizationId: actor.organizationId, ...path };
  const { subscription, secret } = await run(deps, { ...where, overlapSeconds });
  return { ...showSubscription(subscription), secret: secret.reveal() };
});
