import { createSubscription as run } from '#shared/domain/subscriptions/create.ts';
import { showSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Subscribes somebody to events and shows the signing secret of a webhook, this once. */
export const createSubscription = endpoint(create, async ({ deps, actor, body }) => {
  const { subscription, secret } = await run(deps, { organizationId: actor.organizationId, input: body });
  return { ...showSubscription(subscription), secret: secret?.reveal() ?? null };
});
