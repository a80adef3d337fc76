import { conflict, invalid } from '../../errors.ts';
import { newEvent } from '../../events.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { isFirst } from '../deployment/found.ts';
import { flush } from '../outbox.ts';
import { every } from '../paging.ts';
import { expectVersion } from '../versions.ts';
import { organizationOf } from '../workspaces/organization.ts';
import { countHeld } from '../workspaces/part.ts';
import { workspaces, workspacesOf } from '../workspaces/workspace.ts';
import { organizationContents } from './contents.ts';
import { closeOrganization } from './close.ts';
import { OrganizationRemovalDue } from './events.ts';
import { organizationRemovalKey, organizationRemovals, type OrganizationRemoval } from './removal.ts';

const patience = 60_000;

const heldBy = async (deps: Deps, organizationId: string): Promise<Record<string, number>> => {
  let others = 0;
  for await (const { kind } of every(deps.store, workspaces, workspacesOf(organizationId)))
    others += kind === 'organization' ? 0 : 1;
  const place = { organizationId, workspaceId: '', whole: true };
  return { workspaces: others, ...(await countHeld(deps, organizationContents, place)) };
};

const refuse = async (deps: Deps, organizationId: string, confirm: string): Promise<void> => {
  if (confirm !== organizationId)
    throw invalid('not_confirmed', 'An organization is deleted only when its id is said once more.', [
      { path: 'query.confirm', message: 'Expected the id of this organization.' },
    ]);
  if (await isFirst(deps, organizationId))
    throw conflict(
      'first_organization',
      'The organization that a deployment began with goes with the deployment: cdk destroy.',
    );
};

interface RemoveOrganizationInput {
  readonly by: Pick<Actor, 'organizationId' | 'type' | 'id'>;
  /** The organization's id once more. */
  readonly confirm: string;
  readonly ifMatch: string | undefined;
}

/**
 * Deletes an organization: nobody gets in any more, and all that it has is destroyed in the background. Answers the record that
 * becomes the receipt. Rejects with 422 `not_confirmed`, or 409 `first_organization`.
 */
export const removeOrganization = async (
  deps: Deps,
  { by: { organizationId, type, id }, confirm, ifMatch }: RemoveOrganizationInput,
): Promise<OrganizationRemoval> => {
  await refuse(deps, organizationId, confirm);
  expectVersion(ifMatch, (await organizationOf(deps, organizationId)).version);
  const now = deps.clock.now();
  const removal: OrganizationRemoval = {
    organizationId,
    receiptId: newId('receipt', deps),
    by: { type, id },
    begunAt: now,
    held: await heldBy(deps, organizationId),
    nextAt: now + patience,
    outbox: [newEvent(deps, OrganizationRemovalDue, { organizationId, data: {} })],
    revision: 0,
  };
  const made =
    (await deps.store.insert(organizationRemovals, removal)) ??
    (await deps.store.get(organizationRemovals, organizationRemovalKey(organizationId)));
  await closeOrganization(deps, organizationId);
  return made ? flush(deps, organizationRemovals, made) : removal;
};
