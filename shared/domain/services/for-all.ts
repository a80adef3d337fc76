import type { Deps } from '../../ports.ts';
import { organizationOf } from '../workspaces/organization.ts';
import { legacyOf } from './legacy.ts';
import type { Service } from './service.ts';

/**
 * Whether auths may be made with a service in every workspace of its organization: a legacy one, or one of the organization or the
 * embedded workspace (R10, R14, R25).
 */
export const isForAll = async (deps: Deps, service: Service): Promise<boolean> => {
  if (service.embedded === true || legacyOf(service)) return true;
  const { organizationWorkspaceId } = await organizationOf(deps, service.organizationId);
  return service.workspaceId === organizationWorkspaceId;
};
