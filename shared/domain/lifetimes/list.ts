import type * as z from 'zod';
import type { LifetimeProfile } from '../../lifetimes/profile.ts';
import { lifetimeProfiles } from '../../lifetimes/profiles.ts';
import type { PageQuery, pageOf } from '../inputs.ts';

type Page = z.infer<ReturnType<typeof pageOf<typeof LifetimeProfile>>>;

/** One page of the lifetime profiles by name. A cursor only says where to go on. */
export const listLifetimeProfiles = ({ cursor = '', limit }: PageQuery): Page => {
  const after = Buffer.from(cursor, 'base64url').toString();
  const found = lifetimeProfiles().filter(({ name }) => name > after);
  const items = found.slice(0, limit);
  const last = found.length > items.length ? items.at(-1) : undefined;
  return { items, nextCursor: last ? Buffer.from(last.name).toString('base64url') : null };
};
