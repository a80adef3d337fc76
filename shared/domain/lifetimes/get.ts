import { notFound } from '../../errors.ts';
import type { LifetimeProfile } from '../../lifetimes/profile.ts';
import { lifetimeProfile } from '../../lifetimes/profiles.ts';

/** A lifetime profile. Rejects with 404 when there is none of this name. */
export const getLifetimeProfile = (name: string): LifetimeProfile => {
  const profile = lifetimeProfile(name);
  if (!profile) throw notFound('lifetime_profile', 'GET /v1/lifetime-profiles lists those that there are.');
  return profile;
};
