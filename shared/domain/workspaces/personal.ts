import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { finishMemberRemoval } from '../members/finish-removal.ts';
import { makeOnlyWorkspace } from './claim.ts';
import type { Workspace } from './workspace.ts';

interface Person {
  readonly organizationId: string;
  readonly userId: string;
}

/**
 * The personal workspace of a user: there is one at most, and it is made the first time that somebody needs it. That of somebody who
 * was removed goes as if it had been there before.
 */
export const personalWorkspace = async (
  deps: Deps,
  { organizationId, userId }: Person,
): Promise<Workspace> => {
  const wanted = { organizationId, name: 'Personal', kind: 'personal' as const, ownerId: userId };
  const { workspace } = await makeOnlyWorkspace(deps, wanted);
  // Whoever removes the person in this moment may have looked for workspaces before there was this one.
  await finishMemberRemoval(deps, { organizationId, userId });
  return workspace;
};

/** The same for whoever calls. Rejects with 403 a server key: it is nobody, so that nothing can be personal to it. */
export const personalWorkspaceFor = (
  deps: Deps,
  { type, id: userId, organizationId }: Actor,
): Promise<Workspace> => {
  if (type === 'user') return personalWorkspace(deps, { organizationId, userId });
  throw new AppError(403, 'not_a_person', 'A personal workspace is a person’s: call with a user’s token.');
};
