import type { Deps } from '../../ports.ts';
import { auths, authsOf } from '../auths/auth.ts';
import { sideBySide } from '../side-by-side.ts';
import { workspaces, workspacesOf } from '../workspaces/workspace.ts';
import type { Counted } from './counts.ts';
import { tallying } from './tally.ts';

/** Of whom something is counted: an organization, or one workspace of it. */
export interface Scope {
  readonly organizationId: string;
  readonly workspaceId?: string | undefined;
}

/** How much may be read. */
interface Bounds {
  readonly auths: number;
  readonly workspaces: number;
}

/** A page of DynamoDB holds 1 MB, which is a little more than so many auths. */
const pageSize = 500;
const workspacesAtOnce = 10;

const workspacesIn = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, workspaceId }: Scope,
  most: number,
): Promise<readonly string[]> => {
  if (workspaceId !== undefined) return [workspaceId];
  const found: string[] = [];
  let after: string | undefined;
  do {
    const limit = Math.min(pageSize, most + 1);
    const page = await store.list(workspaces, { ...workspacesOf(organizationId), limit, after });
    found.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined && found.length <= most);
  return found;
};

/**
 * Counts the auths of a scope, workspace by workspace, each once. With bounds: undefined as soon as there is more than they
 * allow. Half a count is never answered: rejects when anything cannot be read.
 */
export const countAuths = async (
  deps: Pick<Deps, 'store' | 'clock'>,
  scope: Scope,
  bounds: Bounds = { auths: Infinity, workspaces: Infinity },
): Promise<Counted | undefined> => {
  const { organizationId } = scope;
  const at = deps.clock.now();
  const tally = tallying(at);
  const among = await workspacesIn(deps, scope, bounds.workspaces);
  if (among.length > bounds.workspaces) return undefined;
  let read = 0;
  const countWorkspace = async (workspaceId: string): Promise<void> => {
    let after: string | undefined;
    do {
      if (read > bounds.auths) return;
      const limit = Math.min(pageSize, bounds.auths + 1);
      const page = await deps.store.list(auths, { ...authsOf(organizationId, workspaceId), limit, after });
      read += page.items.length;
      page.items.forEach(tally.count);
      after = page.next;
    } while (after !== undefined);
  };
  await sideBySide(among, countWorkspace, workspacesAtOnce);
  return read > bounds.auths ? undefined : { ...tally.counts(among.length), at };
};
