import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { isFirst } from '../deployment/found.ts';
import { organizationRemovalKey, organizationRemovals, showReceipt } from './removal.ts';

/**
 * The receipt of an organization that was deleted, for an owner of the organization that the deployment began with: nobody of the
 * deleted one can call any more. 404 `organization_removal_not_found` for all others.
 */
export const getReceipt = async (
  deps: Deps,
  { by, organizationId }: { by: Pick<Actor, 'organizationId'>; organizationId: string },
) => {
  const asker = await isFirst(deps, by.organizationId);
  const found = asker && (await deps.store.get(organizationRemovals, organizationRemovalKey(organizationId)));
  if (!found) throw notFound('organization_removal');
  return showReceipt(found);
};
