import { createService } from '#shared/domain/services/create.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { updateService } from '#shared/domain/services/update.ts';
import type { World } from './deps.ts';
import { tokenUrl } from './nouns.ts';

type Parts = Readonly<Record<string, unknown>>;

export const loginUrl = 'https://keyed.example/sessions';

const base = { name: 'Robot', baseUrl: 'https://api.robot.example' };

/** Client credentials, of the service or of each auth. */
export const clientDocument = (auth: Parts = {}, parts: Parts = {}) => ({
  ...base,
  auth: {
    type: 'oauth2',
    grant: 'client_credentials',
    tokenUrl,
    clientId: 'robot',
    clientSecret: 'robot-secret',
    ...auth,
  },
  ...parts,
});

export const ownClientDocument = (parts: Parts = {}) =>
  clientDocument(
    {
      clientId: '{{client_id}}',
      clientSecret: '{{client_secret}}',
      clientAuthentication: 'client_secret_post',
    },
    { fields: [{ key: 'client_id' }, { key: 'client_secret', secret: true }], ...parts },
  );

export const passwordDocument = (auth: Parts = {}, parts: Parts = {}) => ({
  ...base,
  fields: [{ key: 'username' }, { key: 'password', secret: true }],
  auth: {
    type: 'oauth2',
    grant: 'password',
    tokenUrl,
    clientId: 'robot',
    clientSecret: 'robot-secret',
    acknowledgeRisk: true,
    ...auth,
  },
  ...parts,
});

export const loginDocument = (auth: Parts = {}, parts: Parts = {}) => ({
  ...base,
  fields: [{ key: 'user' }, { key: 'password', secret: true }],
  apply: [{ in: 'header', name: 'X-Session', value: '{{access_token}}' }],
  auth: {
    type: 'login',
    steps: [{ method: 'POST', url: loginUrl, json: { user: '{{user}}', password: '{{password}}' } }],
    ...auth,
  },
  ...parts,
});

type Where = Pick<World, 'deps' | 'organizationId' | 'workspaceId'>;

/** A service of any document. */
export const serviceOf = (
  { deps, organizationId, workspaceId }: Where,
  document: unknown,
): Promise<Service> =>
  createService(deps, { organizationId, workspaceId, input: ServiceInput.parse(document) });

/** Stores another definition in the place of a service's own. */
export const edited = (
  { deps, organizationId, workspaceId }: Where,
  { id: serviceId }: Pick<Service, 'id'>,
  document: unknown,
): Promise<Service> =>
  updateService(deps, {
    organizationId,
    workspaceId,
    serviceId,
    input: ServiceInput.parse(document),
    ifMatch: undefined,
  });
