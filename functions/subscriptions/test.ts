import { testSubscription as run } from '#shared/domain/subscriptions/test.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { test } from './routes.ts';

/** Sends a test event now. */
export const testSubscription = endpoint(test, ({ deps, actor, path }) =>
  run(deps, { organizationId: actor.organizationId, ...path }),
);
