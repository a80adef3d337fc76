import * as z from 'zod';
import { OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { notFound } from '../../errors.ts';
import { roles } from '../../permissions.ts';
import { Instant, Name } from '../inputs.ts';

/** What the deployer calls an organization elsewhere: the claim of a token that says whose somebody is. */
export const ExternalId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s\p{C}]+$/u, 'Expected an id without spaces and control characters.')
  .meta({ example: 'tenant-17' });

const Organization = z.object({
  id: OrganizationId,
  name: Name.default('Organization'),
  /** One organization at most has it: an item of its own says which. */
  externalId: ExternalId.optional(),
  organizationWorkspaceId: WorkspaceId,
  /** Whether services of discouraged types can be made and used for new auths (R33). */
  discouragedTypes: z.enum(['allowed', 'forbidden']).default('allowed'),
  /** The roles whose callers may be handed access tokens, who said so last, and when. */
  credentialReaders: z
    .object({ roles: z.array(z.enum(roles)), setBy: z.string(), setAt: Instant })
    .optional(),
  version: z.int().default(1),
  /** Absent in the first organization of deployments that are older than this member. */
  createdAt: Instant.optional(),
  revision: z.int(),
});
export type Organization = z.infer<typeof Organization>;

export const organizationKey = (id: string): Key => ({ partition: `ORG#${id}`, sort: 'ORGANIZATION' });

/** All organizations of a deployment. Its first one lists them, and nobody else (ADR 0033). */
export const allOrganizations = { index: 'listed' as const, partition: 'ORGANIZATIONS' };

export const organizations: Collection<Organization> = {
  name: 'organization',
  schema: Organization,
  place: (item) => ({
    key: organizationKey(item.id),
    listed: { partition: allOrganizations.partition, sort: item.id },
  }),
};

/** The organization, if there is one. */
export const findOrganization = (
  { store }: Pick<Deps, 'store'>,
  id: string,
): Promise<Organization | undefined> => store.get(organizations, organizationKey(id));

/** The organization itself, which tells its one workspace of the kind `organization`. */
export const organizationOf = async (deps: Pick<Deps, 'store'>, id: string): Promise<Organization> => {
  const found = await findOrganization(deps, id);
  if (!found) throw notFound('organization');
  return found;
};
