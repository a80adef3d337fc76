import * as z from 'zod';
import { OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { authsOf } from '../auths/auth.ts';
import { remains } from '../auths/remains.ts';
import { memory } from '../memory.ts';
import { sideBySide } from '../side-by-side.ts';
import { linkAuth } from './auth-link.ts';

/** How far the auths of a workspace that were made before there were links have been linked. */
const IndexMark = z.object({
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  after: z.string().optional(),
  done: z.boolean(),
  revision: z.int(),
});
type IndexMark = z.infer<typeof IndexMark>;

interface WorkspaceRef {
  readonly organizationId: string;
  readonly workspaceId: string;
}

/** Where it stands how far a workspace is. */
export const markKey = ({ organizationId, workspaceId }: WorkspaceRef): Key => ({
  partition: `ORG#${organizationId}#WS#${workspaceId}`,
  sort: 'END_USERS',
});

export const indexMarks: Collection<IndexMark> = {
  name: 'end_user_index',
  schema: IndexMark,
  place: (item) => ({ key: markKey(item) }),
};

const atOnce = 200;
/** So many pages one call links; the next call goes on. */
const mostPages = 10;

const step = async (deps: Deps, { organizationId, workspaceId }: WorkspaceRef): Promise<boolean> => {
  const where = { organizationId, workspaceId };
  const mark = await deps.store.get(indexMarks, markKey(where));
  if (mark?.done) return true;
  // Also those that cannot be read as auths any more: one of them must keep nobody else from theirs.
  const { items, next } = await deps.store.list(remains, {
    ...authsOf(organizationId, workspaceId),
    after: mark?.after,
    limit: atOnce,
  });
  await sideBySide(items, async ({ id, endUserId }) => {
    if (id !== undefined) await linkAuth(deps, { ...where, id, endUserId });
  });
  const item = { ...where, after: next, done: next === undefined, revision: mark?.revision ?? 0 };
  await (mark ? deps.store.replace(indexMarks, item) : deps.store.insert(indexMarks, item));
  return item.done;
};

const known = memory<boolean>(3_600_000);

/**
 * Links the auths of a workspace that were made before there were links, 2,000 a call. Once all are, this costs nothing. Answers
 * whether they are.
 */
export const indexAuths = async (deps: Deps, where: WorkspaceRef): Promise<boolean> => {
  const key = `${where.organizationId}/${where.workspaceId}`;
  const done = await known.recall(deps, key, async () => {
    for (let page = 0; page < mostPages; page += 1) if (await step(deps, where)) return true;
    return false;
  });
  if (!done) known.forget(deps, key);
  return done;
};
