import { isByGrant, type Grants, type Permission } from '../../permissions.ts';
import type { Deps } from '../../ports.ts';
import { organizationOf } from '../workspaces/organization.ts';

/**
 * What the organization grants to its roles. Read, and each time anew, where the permission is held by a grant alone: what is
 * taken back counts from the next call on.
 */
export const grantsFor = async (
  deps: Pick<Deps, 'store'>,
  { organizationId }: { readonly organizationId: string },
  permission: Permission,
): Promise<Grants> => {
  if (!isByGrant(permission)) return {};
  const { credentialReaders } = await organizationOf(deps, organizationId);
  return { [permission]: credentialReaders?.roles ?? [] };
};
