import { createSubscription as run } from '#shared/domain/subscriptions/create.ts';
import { showSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Subscribes a webhook and shows its signing secret, this once. */
export const createSubscription = endpoint(create, async ({ deps, actor, body }) => {
  const { subscription, secret } = await run(deps, { organizationId: actor.organizationId, input: body });
  return { ...showSubscription(subscription), secret: secret.reveal() };
});
