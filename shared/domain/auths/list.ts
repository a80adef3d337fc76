import * as z from 'zod';
import { ServiceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { PageQuery, Time } from '../inputs.ts';
import { cursorOf, placeOf } from '../paging.ts';
import { describeAuth } from './describe.ts';
import { auths, authsOf, EndUserId, states, type Auth } from './auth.ts';
import { type AuthView } from './view.ts';

/** `?serviceId=&state=&endUserId=&tag=&setAside=`: an auth must fit all that are given. */
export const AuthQuery = PageQuery.extend({
  serviceId: ServiceId.optional(),
  state: z.enum(states).optional(),
  endUserId: EndUserId.optional(),
  tag: z.string().max(50).optional(),
  setAside: z.enum(['true', 'false']).optional(),
});
type AuthQuery = z.infer<typeof AuthQuery>;

const fits = (auth: Auth, { serviceId, state, endUserId, tag, setAside }: AuthQuery): boolean =>
  (serviceId === undefined || auth.serviceId === serviceId) &&
  (state === undefined ? auth.state !== 'deleting' : auth.state === state) &&
  (endUserId === undefined || auth.endUserId === endUserId) &&
  (tag === undefined || auth.tags.includes(tag)) &&
  (setAside === undefined || (auth.setAsideAt !== undefined) === (setAside === 'true'));

/** One call looks through this many at the most; a page may then be short, or empty, and have a next one. */
const mostRead = 2000;
const readAtOnce = 200;

const shown = (deps: Deps, found: readonly Auth[]) =>
  Promise.all(found.map((auth) => describeAuth(deps, auth)));

interface ListInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly query: AuthQuery;
}

/** Lists the auths of a workspace that fit the filters, the oldest first. */
export const listAuths = async (
  deps: Deps,
  { organizationId, workspaceId, query }: ListInput,
): Promise<{ items: z.infer<typeof AuthView>[]; nextCursor: string | null }> => {
  const found: Auth[] = [];
  let after = placeOf(query);
  for (let read = 0; read < mostRead; read += readAtOnce) {
    const page = await deps.store.list(auths, {
      ...authsOf(organizationId, workspaceId),
      after,
      limit: readAtOnce,
    });
    for (const auth of page.items) {
      if (!fits(auth, query)) continue;
      if (found.length === query.limit)
        return { items: await shown(deps, found), nextCursor: cursorOf(found.at(-1)?.id) };
      found.push(auth);
    }
    after = page.next;
    if (after === undefined) break;
  }
  return { items: await shown(deps, found), nextCursor: cursorOf(after) };
};
