import { conflict } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { auths, authsWith } from '../auths/auth.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { getService } from './get.ts';
import { clientSecretRef, services } from './service.ts';

interface RemoveServiceInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly serviceId: string;
  readonly ifMatch: string | undefined;
}

/** Deletes a service that no auth uses; 409 `service_in_use` names the first that do (R13). */
export const removeService = async (deps: Deps, { ifMatch, ...where }: RemoveServiceInput): Promise<void> => {
  const service = await getService(deps, where);
  expectVersion(ifMatch, service.version);
  const users = await deps.store.list(auths, { ...authsWith(where.organizationId, service.id), limit: 20 });
  if (users.items.length > 0) {
    throw conflict(
      'service_in_use',
      'Auths were made with this service. Delete them first.',
      users.items.map(({ id, workspaceId }) => ({
        path: `/v1/workspaces/${workspaceId}/auths/${id}`,
        message: 'uses it',
      })),
    );
  }
  if (!(await deps.store.remove(services, service))) throw editedMeanwhile();
  await deps.vault.remove(clientSecretRef(service));
};
