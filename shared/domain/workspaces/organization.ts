import * as z from 'zod';
import { OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { notFound } from '../../errors.ts';
import { roles } from '../../permissions.ts';
import { Instant } from '../inputs.ts';

const Organization = z.object({
  id: OrganizationId,
  organizationWorkspaceId: WorkspaceId,
  /** Whether services of discouraged types can be made and used for new auths (R33). */
  discouragedTypes: z.enum(['allowed', 'forbidden']).default('allowed'),
  /** The roles whose callers may be handed access tokens, who said so last, and when. */
  credentialReaders: z
    .object({ roles: z.array(z.enum(roles)), setBy: z.string(), setAt: Instant })
    .optional(),
  version: z.int().default(1),
  revision: z.int(),
});
export type Organization = z.infer<typeof Organization>;

export const organizationKey = (id: string): Key => ({ partition: `ORG#${id}`, sort: 'ORGANIZATION' });

export const organizations: Collection<Organization> = {
  name: 'organization',
  schema: Organization,
  place: (item) => ({ key: organizationKey(item.id) }),
};

/** The organization itself, which tells its one workspace of the kind `organization`. */
export const organizationOf = async ({ store }: Pick<Deps, 'store'>, id: string): Promise<Organization> => {
  const found = await store.get(organizations, organizationKey(id));
  if (!found) throw notFound('organization');
  return found;
};
