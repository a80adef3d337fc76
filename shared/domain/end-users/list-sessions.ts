import type * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { EndUserId } from '../auths/auth.ts';
import { PageQuery } from '../inputs.ts';
import { page } from '../paging.ts';
import {
  endUserSessions,
  endUserSessionsFor,
  endUserSessionsOf,
  showEndUserSession,
  type EndUserSessionView,
} from './session.ts';

/** `?endUserId=`: those of one end user. */
export const SessionQuery = PageQuery.extend({ endUserId: EndUserId.optional() });

interface ListInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly query: z.infer<typeof SessionQuery>;
}

/** Lists the sessions of end users in a workspace that are not over, the oldest first. A page may be short and have a next one. */
export const listEndUserSessions = async (
  deps: Deps,
  { organizationId, workspaceId, query }: ListInput,
): Promise<{ items: z.infer<typeof EndUserSessionView>[]; nextCursor: string | null }> => {
  const { endUserId } = query;
  const where =
    endUserId === undefined
      ? endUserSessionsOf(organizationId, workspaceId)
      : endUserSessionsFor({ organizationId, workspaceId, endUserId });
  const { items, nextCursor } = await page(deps.store, endUserSessions, {
    ...where,
    query,
    show: (item) => item,
  });
  const living = items.filter(({ expiresAt }) => expiresAt > deps.clock.now());
  return { items: living.map(showEndUserSession), nextCursor };
};
