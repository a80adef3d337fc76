import { conflict, type ErrorDetail } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { auths, authsOf } from '../auths/auth.ts';
import { flush } from '../outbox.ts';
import { every } from '../paging.ts';
import { connectors, connectorsOf } from '../connectors/connector.ts';
import { services, servicesOf } from '../services/service.ts';
import { solutions, solutionsIn } from '../solutions/solution.ts';
import { expectVersion } from '../versions.ts';
import { dropWorkspace } from './drop.ts';
import { getWorkspace } from './get.ts';
import { planRemoval } from './plan-removal.ts';
import { removals } from './removal.ts';

interface RemoveWorkspaceInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  /** Destroy what stands in it. */
  readonly force: boolean;
  readonly ifMatch: string | undefined;
  readonly by: Pick<Actor, 'type' | 'id'>;
}

type Where = Pick<RemoveWorkspaceInput, 'organizationId' | 'workspaceId'>;

const mostNamed = 20;

/** The first things in a workspace that people would miss. */
const heldIn = async (
  { store }: Deps,
  { organizationId, workspaceId }: Where,
): Promise<readonly ErrorDetail[]> => {
  const found: ErrorDetail[] = [];
  const note = (noun: string, id: string) =>
    found.push({ path: `/v1/workspaces/${workspaceId}/${noun}/${id}`, message: 'stands in it' }) < mostNamed;
  for await (const { id } of every(store, services, servicesOf(organizationId, workspaceId)))
    if (!note('services', id)) return found;
  for await (const { id, state } of every(store, auths, authsOf(organizationId, workspaceId)))
    if (state !== 'deleting' && !note('auths', id)) return found;
  for await (const { id } of every(store, connectors, connectorsOf(organizationId, workspaceId)))
    if (!note('connectors', id)) return found;
  for await (const { id } of every(store, solutions, solutionsIn(organizationId, workspaceId)))
    if (!note('solutions', id)) return found;
  return found;
};

const refuseHeld = async (deps: Deps, where: Where): Promise<void> => {
  const held = await heldIn(deps, where);
  if (held.length === 0) return;
  throw conflict(
    'workspace_in_use',
    'Services, auths, connectors or solutions stand in this workspace. Delete them first, or say ?force=true to destroy them with it.',
    held,
  );
};

/**
 * Deletes a workspace: it is gone for everyone at once, and what was in it is destroyed in the background. Rejects with 409
 * `organization_workspace` for the one that the organization cannot be without, and with 409 `workspace_in_use`, naming the first
 * things in it, unless forced to.
 */
export const removeWorkspace = async (
  deps: Deps,
  { force, ifMatch, by, ...where }: RemoveWorkspaceInput,
): Promise<void> => {
  const workspace = await getWorkspace(deps, where);
  expectVersion(ifMatch, workspace.version);
  if (workspace.kind === 'organization')
    throw conflict(
      'organization_workspace',
      'The organization workspace goes with its organization alone. Delete what is in it instead.',
    );
  if (!force) await refuseHeld(deps, where);
  const plan = { by, reason: 'deleted', beginsAt: deps.clock.now() } as const;
  const planned = await planRemoval(deps, workspace, plan);
  await dropWorkspace(deps, where);
  await flush(deps, removals, planned);
};
