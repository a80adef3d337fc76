import { keys, keysOf, showKey } from '#shared/domain/keys/key.ts';
import { page } from '#shared/domain/paging.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the server keys, without their text. */
export const listKeys = endpoint(list, ({ deps, actor, query }) =>
  page(deps.store, keys, {
    ...keysOf(actor.organizationId),
    query,
    show: (key) => showKey(key, deps.clock.now()),
  }),
);
