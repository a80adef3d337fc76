import * as z from 'zod';
import { LifetimeProfile } from './lifetime-profile.ts';
import lifetimes from './lifetimes.json' with { type: 'json' };

const parsed = new Map<string, LifetimeProfile>();

/** What is known of how long the auths of each provider live, by key. */
export const lifetimeProfiles = (): ReadonlyMap<string, LifetimeProfile> => {
  // Most functions that import this never ask, and a start-up should not wait for it.
  if (parsed.size === 0)
    for (const profile of z.array(LifetimeProfile).parse(lifetimes)) parsed.set(profile.key, profile);
  return parsed;
};
