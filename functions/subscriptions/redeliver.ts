import { showDelivery } from '#shared/domain/subscriptions/delivery.ts';
import { redeliver as run } from '#shared/domain/subscriptions/redeliver.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { redeliver } from './routes.ts';

/** Sends a delivery again. */
export const redeliverDelivery = endpoint(redeliver, async ({ deps, actor, path }) =>
  showDelivery(await run(deps, { organizationId: actor.organizationId, ...path })),
);
