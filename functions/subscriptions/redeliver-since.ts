import { redeliverSince as run } from '#shared/domain/subscriptions/redeliver.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { redeliverSince } from './routes.ts';

/** Sends again what a subscriber has missed since a time. */
export const redeliverDeliveries = endpoint(redeliverSince, ({ deps, actor, path, body }) =>
  run(deps, {
    organizationId: actor.organizationId,
    ...path,
    since: Date.parse(body.since),
    which: body.status,
  }),
);
