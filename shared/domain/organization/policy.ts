import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { AuthDefinition } from '../../protocols/definition.ts';
import { isDiscouraged } from '../services/warnings.ts';
import { Name } from '../inputs.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { organizationOf, organizations, type Organization } from '../workspaces/organization.ts';

export const OrganizationView = z.object({
  id: OrganizationId,
  name: z.string(),
  externalId: z.string().nullable(),
  organizationWorkspaceId: WorkspaceId,
  discouragedTypes: z.enum(['allowed', 'forbidden']),
  version: z.int(),
});

export const OrganizationEdit = z.strictObject({
  name: Name.optional(),
  discouragedTypes: OrganizationView.shape.discouragedTypes.optional(),
});

export const showOrganization = (item: Organization): z.infer<typeof OrganizationView> => ({
  id: item.id,
  name: item.name,
  externalId: item.externalId ?? null,
  organizationWorkspaceId: item.organizationWorkspaceId,
  discouragedTypes: item.discouragedTypes,
  version: item.version,
});

interface EditInput {
  readonly organizationId: string;
  readonly edit: Partial<Pick<Organization, 'name' | 'discouragedTypes' | 'credentialReaders'>>;
  readonly ifMatch: string | undefined;
}

/** Changes what an organization allows. Auths that exist already go on. */
export const updateOrganization = async (
  deps: Pick<Deps, 'store'>,
  { organizationId, edit, ifMatch }: EditInput,
): Promise<Organization> => {
  const organization = await organizationOf(deps, organizationId);
  expectVersion(ifMatch, organization.version);
  const next = { ...organization, ...edit, version: organization.version + 1 };
  const written = await deps.store.replace(organizations, next);
  if (!written) throw editedMeanwhile();
  return written;
};

/** Rejects with 403 `type_forbidden` when the organization forbids discouraged types and this is one (R33). */
export const demandAllowedType = async (
  deps: Pick<Deps, 'store'>,
  organizationId: string,
  auth: AuthDefinition,
): Promise<void> => {
  if (!isDiscouraged(auth)) return;
  const { discouragedTypes } = await organizationOf(deps, organizationId);
  if (discouragedTypes === 'allowed') return;
  throw new AppError(
    403,
    'type_forbidden',
    'This organization forbids the password grant and OAuth 1. Use another way to authenticate, or ask an owner to allow them (PATCH /v1/organization).',
  );
};
