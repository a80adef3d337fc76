import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { describeAuth } from '../auths/describe.ts';
import { AuthView } from '../auths/view.ts';
import { PageQuery } from '../inputs.ts';
import { cursorOf, placeOf } from '../paging.ts';
import { authsOfEndUser, endUserAuths, endUsersOf } from './auth-link.ts';
import { indexAuths } from './index-auths.ts';
import { linkedAuth } from './own-auths.ts';

/** So many auths are shown with each; the list of auths shows all, by `?endUserId=`. */
const mostShown = 20;
const mostAtOnce = 50;

export const EndUserQuery = PageQuery.extend({
  limit: z.coerce.number().int().min(1).max(mostAtOnce).default(mostAtOnce),
});

/** An end user: the platform's id, and what the auths are and how they fare, never what they hold (R27). */
export const EndUserView = z.object({
  id: z.string(),
  auths: z.array(AuthView),
  /** Whether there are more than are shown. */
  moreAuths: z.boolean(),
});

interface ListInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly query: z.infer<typeof EndUserQuery>;
}

const listName = 'end user';

/** What no link of an end user sorts after. */
const lastOf = (endUserId: string): string => `${endUserId}#~`;

/** The next end users after a place, one read each: of how many auths they have is no matter then. */
const next = async (deps: Deps, { organizationId, workspaceId, query }: ListInput) => {
  const found: string[] = [];
  let after = placeOf(listName, query);
  while (found.length <= query.limit) {
    const where = endUsersOf(organizationId, workspaceId);
    const { items } = await deps.store.list(endUserAuths, { ...where, after, limit: 1 });
    const [link] = items;
    if (!link) break;
    found.push(link.endUserId);
    after = lastOf(link.endUserId);
  }
  return found;
};

const describe = async (
  deps: Deps,
  { organizationId, workspaceId }: ListInput,
  endUserId: string,
): Promise<z.infer<typeof EndUserView>> => {
  const ref = { organizationId, workspaceId, endUserId };
  const { items, next: more } = await deps.store.list(endUserAuths, {
    ...authsOfEndUser(ref),
    limit: mostShown,
  });
  const found = await Promise.all(items.map((link) => linkedAuth(deps, link)));
  const living = found.filter((auth) => auth !== undefined);
  const auths = await Promise.all(living.map((auth) => describeAuth(deps, auth)));
  return { id: endUserId, auths, moreAuths: more !== undefined };
};

/** Lists the end users of a workspace who have auths, by their ids. A page may be short and have a next one. */
export const listEndUsers = async (
  deps: Deps,
  input: ListInput,
): Promise<{ items: z.infer<typeof EndUserView>[]; nextCursor: string | null }> => {
  await indexAuths(deps, input);
  const found = await next(deps, input);
  const ids = found.slice(0, input.query.limit);
  const items = await Promise.all(ids.map((id) => describe(deps, input, id)));
  const last = found.length > ids.length ? ids.at(-1) : undefined;
  return {
    items: items.filter(({ auths, moreAuths }) => auths.length > 0 || moreAuths),
    nextCursor: cursorOf(listName, last === undefined ? undefined : lastOf(last)),
  };
};
