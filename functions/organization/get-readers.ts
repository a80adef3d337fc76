import { showCredentialReaders } from '#shared/domain/organization/credential-readers.ts';
import { organizationOf } from '#shared/domain/workspaces/organization.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { getReaders } from './routes.ts';

/** Reads which roles may be handed access tokens. */
export const getCredentialReaders = endpoint(getReaders, async ({ deps, actor }) =>
  showCredentialReaders(await organizationOf(deps, actor.organizationId)),
);
