import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { PageQuery } from '../inputs.ts';
import { page } from '../paging.ts';
import { getAuth, type AuthInWorkspace } from './get.ts';
import { history, historyOf, showHistory, type HistoryView } from './history.ts';

const OfWorkspace = z.looseObject({ workspaceId: z.string() });

/** Whether an auth that is gone was of this workspace: its history says so. */
const wasHere = async (
  { store }: Deps,
  { organizationId, workspaceId, authId }: AuthInWorkspace,
): Promise<boolean> => {
  const first = await store.list(history, { ...historyOf(organizationId, authId), limit: 1 });
  return OfWorkspace.safeParse(first.items[0]?.event.data).data?.workspaceId === workspaceId;
};

/** Lists what happened to an auth, the oldest first; also after it was deleted. 404 `auth_not_found` from every other workspace. */
export const listHistory = async (
  deps: Deps,
  { query, ...where }: AuthInWorkspace & { readonly query: PageQuery },
): Promise<{ items: z.infer<typeof HistoryView>[]; nextCursor: string | null }> => {
  await getAuth(deps, where).catch(async (error: unknown) => {
    if (!(error instanceof AppError) || !(await wasHere(deps, where))) throw error;
  });
  const place = historyOf(where.organizationId, where.authId);
  return page(deps.store, history, { ...place, query, show: showHistory });
};
