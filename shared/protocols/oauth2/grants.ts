import type { Secret } from '../../secret.ts';
import { fill } from '../../template.ts';
import type { Ground, ProviderRequest } from '../protocol.ts';
import { clientOf } from './client.ts';
import type { AuthorizationCodeDefinition, OAuth2Definition } from './definition.ts';
import type { StandardPairs } from './parameter-names.ts';
import { filledScopes, filledUri } from './filled.ts';
import { clientRequest } from './token-request.ts';

type Password = Extract<OAuth2Definition, { grant: 'password' }>;
type ClientCredentials = Extract<OAuth2Definition, { grant: 'client_credentials' }>;

interface CodeInput {
  readonly ground: Ground;
  readonly redirectUri: string;
  readonly code: string;
  readonly codeVerifier: string | undefined;
}

const resources = (definition: OAuth2Definition, ground: Ground): StandardPairs => {
  const { values } = clientOf(definition, ground);
  return definition.resource.map((uri) => ['resource', filledUri(uri, values)] as const);
};

const scope = (definition: OAuth2Definition, ground: Ground): StandardPairs => {
  const { scopes, scopeSeparator } = definition;
  const filled = filledScopes(scopes, clientOf(definition, ground).values);
  return filled.length === 0 ? [] : [['scope', filled.join(scopeSeparator)]];
};

const atTokenUrl = (
  definition: OAuth2Definition,
  ground: Ground,
  parameters: StandardPairs,
): Promise<ProviderRequest> =>
  clientRequest(definition, {
    ground,
    url: definition.tokenUrl,
    parameters: [...parameters, ...resources(definition, ground)],
    own: definition.tokenParams,
    format: definition,
  });

/** Exchanges a code (RFC 6749 §4.1.3, RFC 7636 §4.5). */
export const codeRequest = (
  definition: AuthorizationCodeDefinition,
  { ground, redirectUri, code, codeVerifier }: CodeInput,
): Promise<ProviderRequest> =>
  atTokenUrl(definition, ground, [
    ['grant_type', 'authorization_code'],
    ['code', code],
    ['redirect_uri', redirectUri],
    ...(codeVerifier === undefined ? [] : [['code_verifier', codeVerifier] as const]),
  ]);

/** Spends a refresh token (RFC 6749 §6). Parameters of the refresh alone win over those of every token request. */
export const refreshRequest = (
  definition: OAuth2Definition,
  { ground, refreshToken }: { readonly ground: Ground; readonly refreshToken: Secret },
): Promise<ProviderRequest> =>
  clientRequest(definition, {
    ground,
    url: definition.refresh.url ?? definition.tokenUrl,
    parameters: [
      ['grant_type', 'refresh_token'],
      ['refresh_token', refreshToken.reveal()],
      ...resources(definition, ground),
    ],
    own: { ...definition.tokenParams, ...definition.refresh.params },
    format: definition,
  });

/** Asks in the client's own name (RFC 6749 §4.4.2). */
export const clientCredentialsRequest = (
  definition: ClientCredentials,
  ground: Ground,
): Promise<ProviderRequest> =>
  atTokenUrl(definition, ground, [['grant_type', 'client_credentials'], ...scope(definition, ground)]);

/** Asks with the person's user name and password (RFC 6749 §4.3.2). */
export const passwordRequest = async (definition: Password, ground: Ground): Promise<ProviderRequest> => {
  const { values } = clientOf(definition, ground);
  return atTokenUrl(definition, ground, [
    ['grant_type', 'password'],
    ['username', fill(definition.username, values)],
    ['password', fill(definition.password, values)],
    ...scope(definition, ground),
  ]);
};
