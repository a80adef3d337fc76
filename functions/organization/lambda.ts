import { serve } from '#shared/entry/serve.ts';
import { createOrganization } from './create.ts';
import { getOtherOrganization } from './get-other.ts';
import { getCredentialReaders } from './get-readers.ts';
import { getOrganizationRemoval } from './get-receipt.ts';
import { getOrganization } from './get.ts';
import { listOrganizations } from './list.ts';
import { deleteOrganization } from './remove.ts';
import { setCredentialReaders } from './set-readers.ts';
import { updateOrganization } from './update.ts';

export const handler = serve(
  getOrganization,
  updateOrganization,
  getCredentialReaders,
  setCredentialReaders,
  createOrganization,
  listOrganizations,
  getOtherOrganization,
  deleteOrganization,
  getOrganizationRemoval,
);
