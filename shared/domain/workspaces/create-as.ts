import type * as z from 'zod';
import { AppError, conflict } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { makeOnlyWorkspace } from './claim.ts';
import { createWorkspace } from './create.ts';
import type { NewWorkspace, Workspace } from './workspace.ts';

interface CreateInput extends z.infer<typeof NewWorkspace> {
  readonly by: Pick<Actor, 'organizationId' | 'role'>;
}

const createEmbedded = async (deps: Deps, { by, name }: CreateInput): Promise<Workspace> => {
  if (by.role !== 'owner')
    throw new AppError(403, 'forbidden', 'Only an owner of the organization makes its embedded workspace.');
  const { organizationId } = by;
  const { workspace, made } = await makeOnlyWorkspace(deps, { organizationId, name, kind: 'embedded' });
  if (made) return workspace;
  throw conflict(
    'embedded_workspace_exists',
    `The organization has an embedded workspace: ${workspace.id}. There is one at most.`,
  );
};

/** Makes a workspace that is shared, or the embedded one: that only an owner makes (403), and once (409, R24). */
export const createWorkspaceAs = (deps: Deps, input: CreateInput): Promise<Workspace> =>
  input.kind === 'embedded'
    ? createEmbedded(deps, input)
    : createWorkspace(deps, { organizationId: input.by.organizationId, name: input.name, kind: input.kind });
