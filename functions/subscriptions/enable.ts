import { enableSubscription as run } from '#shared/domain/subscriptions/enable.ts';
import { showSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { enable } from './routes.ts';

/** Turns a subscription on again. */
export const enableSubscription = endpoint(enable, async ({ deps, actor, path }) =>
  showSubscription(await run(deps, { organizationId: actor.organizationId, ...path })),
);
