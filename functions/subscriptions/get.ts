import { learnConfirmation } from '#shared/domain/subscriptions/confirm.ts';
import { showSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads a subscription; looks whether a recipient of e-mail has confirmed meanwhile. */
export const getSubscription = endpoint(get, async ({ deps, actor, path }) =>
  showSubscription(await learnConfirmation(deps, { organizationId: actor.organizationId, ...path })),
);
