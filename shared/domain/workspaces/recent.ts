import type { Deps } from '../../ports.ts';
import { memory } from '../memory.ts';
import { getWorkspace } from './get.ts';
import type { Workspace } from './workspace.ts';

const known = memory<Workspace>(10_000);

interface WorkspaceRef {
  readonly organizationId: string;
  readonly workspaceId: string;
}

/** A workspace as it was some seconds ago at the most: what authorization asks of one changes seldom. 404 as `getWorkspace`. */
export const recentWorkspace = (deps: Deps, ref: WorkspaceRef): Promise<Workspace> =>
  known.recall(deps, `${ref.organizationId}/${ref.workspaceId}`, () => getWorkspace(deps, ref));

/** Says that this process wrote a workspace. */
export const forgetWorkspace = (deps: Deps, { organizationId, workspaceId }: WorkspaceRef): void =>
  known.forget(deps, `${organizationId}/${workspaceId}`);
