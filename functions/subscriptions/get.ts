import { getSubscription as run } from '#shared/domain/subscriptions/get.ts';
import { showSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads a subscription. */
export const getSubscription = endpoint(get, async ({ deps, actor, path }) =>
  showSubscription(await run(deps, { organizationId: actor.organizationId, ...path })),
);
