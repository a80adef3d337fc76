import type { Deps } from '../../ports.ts';
import { makeOnlyWorkspace } from './claim.ts';
import type { Workspace } from './workspace.ts';

interface Person {
  readonly organizationId: string;
  readonly userId: string;
}

/** The personal workspace of a user: there is one at most, and it is made the first time that somebody needs it. */
export const personalWorkspace = async (
  deps: Deps,
  { organizationId, userId }: Person,
): Promise<Workspace> => {
  const wanted = { organizationId, name: 'Personal', kind: 'personal' as const, ownerId: userId };
  return (await makeOnlyWorkspace(deps, wanted)).workspace;
};
