import { showSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { updateSubscription as run } from '#shared/domain/subscriptions/update.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Changes what a subscription hears of, and how. */
export const updateSubscription = endpoint(update, async ({ deps, actor, path, body, ifMatch }) =>
  showSubscription(await run(deps, { organizationId: actor.organizationId, ...path, input: body, ifMatch })),
);
