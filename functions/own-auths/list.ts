import { endUserOf, listOwnAuths as run } from '#shared/domain/end-users/own-auths.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the auths of the end user who asks. */
export const listOwnAuths = endpoint(list, ({ deps, actor, query }) => run(deps, endUserOf(actor), query));
