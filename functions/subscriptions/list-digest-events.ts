import { listDigestEvents as run } from '#shared/domain/subscriptions/list-digest-events.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listDigestEvents as route } from './routes.ts';

/** Lists the events that a digest is about. */
export const listDigestEvents = endpoint(route, ({ deps, actor, path, query }) =>
  run(deps, { organizationId: actor.organizationId, ...path, query }),
);
