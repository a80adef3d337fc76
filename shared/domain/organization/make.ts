import type { Deps } from '../../ports.ts';
import { organizations, type Organization } from '../workspaces/organization.ts';
import { workspaces } from '../workspaces/workspace.ts';

interface MakeInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly externalId?: string | undefined;
}

/**
 * Makes an organization with its workspace. The organization comes last: once it is there, it is whole. Undefined when it was there;
 * again after a crash: what is missing is made.
 */
export const makeOrganization = async (
  { store, clock }: Deps,
  { organizationId: id, workspaceId, name, externalId }: MakeInput,
): Promise<Organization | undefined> => {
  const made = { version: 1, createdAt: clock.now(), revision: 0 };
  const kind = 'organization' as const;
  await store.insert(workspaces, {
    ...made,
    id: workspaceId,
    organizationId: id,
    name: 'Organization',
    kind,
  });
  return store.insert(organizations, {
    ...made,
    id,
    name,
    externalId,
    organizationWorkspaceId: workspaceId,
    discouragedTypes: 'allowed' as const,
  });
};
