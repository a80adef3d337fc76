import { getLifetimeProfile as run } from '#shared/domain/lifetimes/get.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { getProfile } from './routes.ts';

/** Reads a lifetime profile. */
export const getLifetimeProfile = endpoint(getProfile, async ({ path }) => Promise.resolve(run(path.name)));
