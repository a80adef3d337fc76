import * as z from 'zod';
import { AppError, conflict } from '../../errors.ts';
import { OrganizationId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Secret } from '../../secret.ts';
import type { Actor } from '../actor.ts';
import { firstKey, firstOrganization } from '../deployment/found.ts';
import { Name } from '../inputs.ts';
import { readKeyText } from '../keys/key.ts';
import { removeKey } from '../keys/remove.ts';
import { ExternalId, findOrganization, type Organization } from '../workspaces/organization.ts';
import { claimExternalId } from './external-id.ts';
import { makeOrganization } from './make.ts';
import { organizationRemovalKey, organizationRemovals } from './removal.ts';

export const NewOrganization = z.strictObject({
  name: Name,
  externalId: ExternalId.refine(
    (text) => !OrganizationId.safeParse(text).success,
    'An id of the form org_… is one that Latchkey gives out.',
  ).optional(),
});

/** Rejects with 403 unless the caller is of the organization that the deployment began with: its owners make the others. */
export const demandFirstOrganization = async (
  deps: Pick<Deps, 'store'>,
  { organizationId }: Pick<Actor, 'organizationId'>,
): Promise<void> => {
  if (organizationId === (await firstOrganization(deps))) return;
  throw new AppError(
    403,
    'forbidden',
    'The organizations of a deployment are a matter of the owners of its first one.',
  );
};

interface CreateOrganizationInput extends z.infer<typeof NewOrganization> {
  readonly by: Actor;
}

const taken = () =>
  conflict('external_id_taken', 'Another organization has this external id.', [
    { path: 'body.externalId', message: 'Expected one that no organization has.' },
  ]);

/** Whether ids are those of an organization: of one that is deleted too, for what it had may be there still. */
const isTaken = async (deps: Deps, organizationId: string): Promise<boolean> =>
  (await findOrganization(deps, organizationId)) !== undefined ||
  // Written before the organization goes, so that it is looked at after it.
  (await deps.store.get(organizationRemovals, organizationRemovalKey(organizationId))) !== undefined;

/**
 * Makes another organization, with its workspace and an owner's server key, whose text is in this answer and nowhere else. What a
 * crash has left of one with an external id the next call with that id completes; a key that nobody was told is deleted or lost.
 * 409 `external_id_taken` when another one has it.
 */
export const createOrganization = async (
  deps: Deps,
  { by, name, externalId }: CreateOrganizationInput,
): Promise<{ organization: Organization; key: Secret }> => {
  await demandFirstOrganization(deps, by);
  const ids = await claimExternalId(deps, externalId);
  const { organizationId } = ids;
  if (await isTaken(deps, organizationId)) throw taken();
  const key = await firstKey(deps, organizationId);
  const organization = await makeOrganization(deps, { ...ids, name, externalId });
  if (organization) return { organization, key };
  // Somebody else made it in the same moment, and was told a key of its own.
  const keyId = readKeyText(key.reveal())?.id ?? '';
  await removeKey(deps, { by: { organizationId, role: 'owner' }, keyId });
  throw taken();
};
