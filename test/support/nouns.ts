import type { Actor } from '#shared/domain/actor.ts';
import { authKey, auths, type Auth } from '#shared/domain/auths/auth.ts';
import { createAuth } from '#shared/domain/auths/create.ts';
import { NewAuth } from '#shared/domain/auths/new-auth.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { openConnect } from '#shared/domain/connect/open.ts';
import type { NewSession } from '#shared/domain/connect/session.ts';
import { startConnect } from '#shared/domain/connect/start.ts';
import { createService } from '#shared/domain/services/create.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { importLegacyServices } from '#shared/domain/services/legacy/import.ts';
import { serviceKey, services, type Service } from '#shared/domain/services/service.ts';
import { createUmbrella } from '#shared/domain/umbrellas/create.ts';
import type { NewUmbrella } from '#shared/domain/umbrellas/umbrella.ts';
import { createWorkspace } from '#shared/domain/workspaces/create.ts';
import type { Role } from '#shared/permissions.ts';
import type * as z from 'zod';
import type { World } from './deps.ts';
import { jsonAnswer } from './watched.ts';

export const tokenUrl = 'https://acme.example/oauth/token';

type Parts = Readonly<Record<string, unknown>> & { readonly auth?: Readonly<Record<string, unknown>> };

/** The document of a service of OAuth 2, as a builder sends it; parts of it can be others. */
export const oauth2Document = ({ auth, ...parts }: Parts = {}) => ({
  name: 'Acme',
  baseUrl: 'https://api.acme.example/v2',
  auth: {
    type: 'oauth2',
    grant: 'authorization_code',
    authorizationUrl: 'https://acme.example/oauth/authorize',
    tokenUrl,
    clientId: 'latchkey',
    clientSecret: 'client-secret',
    scopes: ['read', 'offline_access'],
    ...auth,
  },
  ...parts,
});

/** The document of a service of the type token. */
export const tokenDocument = (parts: Readonly<Record<string, unknown>> = {}) => ({
  name: 'Keyed',
  baseUrl: 'https://api.keyed.example',
  fields: [{ key: 'api_key', secret: true }],
  apply: [{ in: 'header', name: 'X-Api-Key', value: '{{api_key}}' }],
  auth: { type: 'token' },
  ...parts,
});

type Where = Pick<World, 'deps' | 'organizationId' | 'workspaceId'>;

const make = ({ deps, organizationId, workspaceId }: Where, document: unknown): Promise<Service> =>
  createService(deps, {
    organizationId,
    workspaceId,
    input: ServiceInput.parse(JSON.parse(JSON.stringify(document))),
  });

export const oauth2Service = (where: Where, parts: Parts = {}): Promise<Service> =>
  make(where, oauth2Document(parts));

export const tokenService = (where: Where, parts: Readonly<Record<string, unknown>> = {}): Promise<Service> =>
  make(where, tokenDocument(parts));

/** A service of the older system, imported for a user into the personal workspace there. */
export const legacyService = async (
  { deps, organizationId }: Pick<World, 'deps' | 'organizationId'>,
  record: Readonly<Record<string, unknown>> = {},
): Promise<Service> => {
  const given = { legacyId: 'old-1', userId: 'user-1', service: tokenDocument(), ...record };
  const [made] = await importLegacyServices(deps, {
    organizationId,
    records: [JSON.parse(JSON.stringify(given)) as Record<string, unknown>],
  });
  const service = made?.serviceId && (await serviceNow({ deps, organizationId }, made.serviceId));
  if (!service) throw new Error(`The service was not imported: ${JSON.stringify(made)}`);
  return service;
};

/** The service as the store has it. */
export const serviceNow = (
  { deps, organizationId }: Pick<World, 'deps' | 'organizationId'>,
  serviceId: string,
) => deps.store.get(services, serviceKey(organizationId, serviceId));

/** Somebody of a role, by no key that is stored. */
export const actor = (
  { organizationId }: Pick<World, 'organizationId'>,
  role: Role = 'owner',
  workspaceId?: string,
): Actor => ({ type: 'system', id: 'test', organizationId, role, workspaceId });

export const umbrella = (
  where: Pick<World, 'deps' | 'organizationId'>,
  input: Partial<z.infer<typeof NewUmbrella>> = {},
) => createUmbrella(where.deps, { by: actor(where), input: { name: 'Acme for us', ...input } });

export const sharedWorkspace = (
  { deps, organizationId }: Pick<World, 'deps' | 'organizationId'>,
  name = 'Team',
) => createWorkspace(deps, { organizationId, name, kind: 'shared' });

/** A token endpoint that counts: each answer brings the next access and refresh token. */
export const countingTokens = (parts: Readonly<Record<string, unknown>> = {}) => {
  let count = 0;
  return () => {
    count += 1;
    return jsonAnswer(200, {
      access_token: `access-${count}`,
      refresh_token: `refresh-${count}`,
      token_type: 'Bearer',
      expires_in: 3600,
      ...parts,
    });
  };
};

/** Opens a session and its page; answers with the session's id and link and the state that the provider was sent. */
export const opened = async (where: Where, input: Omit<NewSession, 'serviceId'> & { serviceId: string }) => {
  const { deps, organizationId, workspaceId } = where;
  const { id, url } = await startConnect(deps, { organizationId, workspaceId, input });
  const link = url.slice(url.lastIndexOf('/') + 1);
  const page = await openConnect(deps, link);
  const provider = page.kind === 'provider' ? page.url : undefined;
  return { id, url, link, page, provider, state: provider?.searchParams.get('state') ?? '' };
};

/** Where the provider sends people back to, in production. */
export const redirectUri = 'https://latchkey.example/oauth/callback';

/** What the provider sends back. */
export const callback = (state: string, code = 'the-code'): URLSearchParams =>
  new URLSearchParams({ code, state });

/** The auth as the store has it. */
export const authNow = async (
  { deps, organizationId }: Pick<World, 'deps' | 'organizationId'>,
  authId: string,
): Promise<Auth> => {
  const auth = await deps.store.get(auths, authKey(organizationId, authId));
  if (!auth) throw new Error('The auth is gone.');
  return auth;
};

/** An auth of a service of OAuth 2, made by the whole way of a consent. */
export const connectedAuth = async (
  where: World,
  service: Service,
  input: Partial<NewSession> = {},
): Promise<Auth> => {
  const { state, id } = await opened(where, { serviceId: service.id, ...input });
  const completed = await completeConnect(where.deps, { query: callback(state), redirectUri });
  if (completed.kind !== 'concluded' || completed.session.status !== 'complete')
    throw new Error(`The session ${id} did not come to its end.`);
  return authNow(where, completed.session.authId);
};

/** An auth of a service of the type token. */
export const keyedAuth = (
  where: Where,
  service: Service,
  fields: Readonly<Record<string, string>> = { api_key: 'the-api-key' },
): Promise<Auth> => makeAuth(where, { serviceId: service.id, name: 'Main', fields });

/** An auth made without a consent, as the body of a request describes it. */
export const makeAuth = async (
  { deps, organizationId, workspaceId }: Where,
  body: Readonly<Record<string, unknown>>,
): Promise<Auth> => {
  const input = NewAuth.parse({ name: 'Main', ...body });
  return (await createAuth(deps, { organizationId, workspaceId, input })).auth;
};
