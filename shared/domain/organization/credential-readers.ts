import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { isoOrNull, Time } from '../inputs.ts';
import type { Organization } from '../workspaces/organization.ts';
import { updateOrganization } from './policy.ts';

/** Viewers only look: who may not use an auth is not handed its token either. */
const readers = ['contributor', 'admin', 'owner'] as const;

/** The roles that may be handed access tokens. */
export const CredentialReaders = z.strictObject({
  roles: z
    .array(z.enum(readers))
    .max(readers.length)
    .refine((roles) => new Set(roles).size === roles.length, 'A role stands there twice.'),
});

export const CredentialReadersView = z.object({
  roles: z.array(z.string()),
  /** Who said so last; null while nobody has. */
  setBy: z.string().nullable(),
  setAt: Time.nullable(),
  version: z.int(),
});

export const showCredentialReaders = ({
  credentialReaders,
  version,
}: Organization): z.infer<typeof CredentialReadersView> => ({
  roles: credentialReaders?.roles ?? [],
  setBy: credentialReaders?.setBy ?? null,
  setAt: isoOrNull(credentialReaders?.setAt),
  version,
});

interface SetInput {
  readonly actor: { readonly id: string; readonly organizationId: string };
  readonly roles: z.infer<typeof CredentialReaders>['roles'];
  readonly ifMatch: string | undefined;
}

/** Grants `credentials:read` to these roles and takes it back from all others. Rejects as `updateOrganization` does. */
export const setCredentialReaders = (
  deps: Pick<Deps, 'store' | 'clock'>,
  { actor: { id: setBy, organizationId }, roles, ifMatch }: SetInput,
): Promise<Organization> => {
  const credentialReaders = { roles: [...roles], setBy, setAt: deps.clock.now() };
  return updateOrganization(deps, { organizationId, edit: { credentialReaders }, ifMatch });
};
