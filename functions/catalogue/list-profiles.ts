import { listLifetimeProfiles as run } from '#shared/domain/lifetimes/list.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listProfiles } from './routes.ts';

/** Lists the lifetime profiles. */
export const listLifetimeProfiles = endpoint(listProfiles, ({ query }) => Promise.resolve(run(query)));
