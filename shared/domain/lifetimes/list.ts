import type * as z from 'zod';
import type { LifetimeProfile } from '../../lifetimes/profile.ts';
import { lifetimeProfiles } from '../../lifetimes/profiles.ts';
import type { PageQuery, pageOf } from '../inputs.ts';
import { pageAtHand } from '../paging.ts';

type Page = z.infer<ReturnType<typeof pageOf<typeof LifetimeProfile>>>;

/** One page of the lifetime profiles by name. */
export const listLifetimeProfiles = (query: PageQuery): Page =>
  pageAtHand(lifetimeProfiles(), { list: 'lifetime-profile', query, nameOf: ({ name }) => name });
