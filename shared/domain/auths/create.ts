import { conflict, invalid } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { checkFields } from '../fields.ts';
import { getUsableService } from '../services/get.ts';
import type { Service } from '../services/service.ts';
import { newVersion } from '../vault-version.ts';
import type { Auth } from './auth.ts';
import { insertConnected } from './connected.ts';
import { keepCredential, type Credential } from './credential.ts';
import type { NewAuth } from './new-auth.ts';

interface CreateAuthInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: NewAuth;
}

const consentNeeded = (service: Service, workspaceId: string) =>
  invalid('consent_needed', 'This service needs the consent of a person: open a connect session.', [
    {
      path: `/v1/workspaces/${workspaceId}/connect-sessions`,
      message: `POST {"serviceId": "${service.id}"} here and send the person to the url of the answer.`,
    },
  ]);

const imported = ({ credential }: NewAuth): Credential['grant'] =>
  credential && {
    from: 'import',
    accessToken: credential.accessToken.reveal(),
    refreshToken: credential.refreshToken?.reveal(),
    expiresAt: credential.expiresAt === undefined ? undefined : Date.parse(credential.expiresAt),
  };

const credentialOf = (service: Service, workspaceId: string, input: NewAuth): Credential => {
  const fields = Object.fromEntries(
    Object.entries(input.fields).map(([key, value]) => [key, value.reveal()]),
  );
  checkFields(service.definition.fields, fields, 'body.fields');
  const { type } = service.definition.auth;
  if (type === 'oauth2' && !input.credential) throw consentNeeded(service, workspaceId);
  if (type === 'token' && input.credential) {
    throw invalid('invalid_auth', 'A token service takes fields.', [
      { path: 'body.credential', message: 'Leave it out and give the fields of the service.' },
    ]);
  }
  return { fields, grant: imported(input) };
};

/** Makes an auth of fields or of tokens obtained elsewhere (R51). The credential is kept before the auth exists. */
export const createAuth = async (
  deps: Deps,
  { organizationId, workspaceId, input }: CreateAuthInput,
): Promise<Auth> => {
  const service = await getUsableService(deps, { organizationId, workspaceId, serviceId: input.serviceId });
  const credential = credentialOf(service, workspaceId, input);
  const { name, endUserId } = input;
  const auth = { id: newId('auth', deps), organizationId, workspaceId, name, endUserId };
  const version = newVersion(deps.random);
  await keepCredential(deps, auth, { version, credential });
  const made = await insertConnected(deps, { auth, service, version, credential });
  if (!made) throw conflict('unusable_credential', 'The credential given cannot be used with this service.');
  return made;
};
