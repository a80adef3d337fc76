import { createHash } from 'node:crypto';
import * as z from 'zod';
import { newId, OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { editedMeanwhile } from '../versions.ts';
import { ExternalId, findOrganization } from '../workspaces/organization.ts';

const ExternalClaim = z.object({
  externalId: ExternalId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  revision: z.int(),
});
type ExternalClaim = z.infer<typeof ExternalClaim>;

// By a digest: a partition of a name that somebody else chose could be made to look like another's.
const claimKey = (externalId: string): Key => ({
  partition: `EXTERNAL_ORGANIZATION#${createHash('sha256').update(externalId).digest('base64url')}`,
  sort: 'CLAIM',
});

/** Which organization an external id is of: whoever writes this first has it. */
const externalClaims: Collection<ExternalClaim> = {
  name: 'external_organization',
  schema: ExternalClaim,
  place: (item) => ({ key: claimKey(item.externalId) }),
};

/** Ids for a new organization, under its external id if it has one: the same again after a crash. */
export const claimExternalId = async (deps: Deps, externalId: string | undefined) => {
  const ids = { organizationId: newId('organization', deps), workspaceId: newId('workspace', deps) };
  if (externalId === undefined) return ids;
  const made = await deps.store.insert(externalClaims, { ...ids, externalId, revision: 0 });
  const claim = made ?? (await deps.store.get(externalClaims, claimKey(externalId)));
  if (!claim) throw editedMeanwhile();
  return { organizationId: claim.organizationId, workspaceId: claim.workspaceId };
};

/** Gives the external id of an organization that goes free for another one. Again: nothing happens. */
export const freeExternalId = async (
  { store }: Pick<Deps, 'store'>,
  { id, externalId }: { readonly id: string; readonly externalId?: string | undefined },
): Promise<void> => {
  const claim = externalId === undefined ? undefined : await store.get(externalClaims, claimKey(externalId));
  if (claim?.organizationId === id) await store.remove(externalClaims, claim);
};

/**
 * The organization that a token means: by its external id, else by its own. Undefined when there is none. An external id comes first,
 * so that nobody takes another's place by being called as its id: such ones are not given out.
 */
export const organizationMeant = async (
  deps: Pick<Deps, 'store'>,
  text: string,
): Promise<string | undefined> => {
  const { data: externalId } = ExternalId.safeParse(text);
  if (externalId === undefined) return undefined;
  const claim = await deps.store.get(externalClaims, claimKey(externalId));
  const id = claim?.organizationId ?? OrganizationId.safeParse(text).data;
  return id === undefined ? undefined : (await findOrganization(deps, id))?.id;
};
