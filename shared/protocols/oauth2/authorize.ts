import { calculatePKCECodeChallenge } from 'oauth4webapi';
import type { Departure, Ground, Values } from '../protocol.ts';
import { fillUrl } from '../url-template.ts';
import { clientOf } from './client.ts';
import type { AuthorizationCodeDefinition } from './definition.ts';
import { filledUri } from './filled.ts';
import { providerNames, putParameters, withOwn, type StandardPairs } from './parameter-names.ts';

interface AuthorizationInput {
  readonly ground: Ground;
  readonly redirectUri: string;
  readonly state: string;
  /** Filled already. */
  readonly scopes: readonly string[];
}

/** What nobody but the protocol may say: with another of these a code could be had by, or for, somebody else. */
const ours = ['state', 'redirect_uri', 'code_challenge', 'code_challenge_method'];

const withoutOurs = (params: Values): Values =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !ours.includes(name)));

/** 256 bits, as RFC 7636 §7.1 recommends. */
const chance = ({ bytes }: Ground): string => Buffer.from(bytes(32)).toString('base64url');

/** The nonce binds the ID token to this departure (OpenID Connect Core 3.1.2.1); where it cannot be sent none is awaited. */
const openId = (
  { parameterNames }: AuthorizationCodeDefinition,
  { scopes, ground }: AuthorizationInput,
  clientId: string,
): Values =>
  scopes.includes('openid') && parameterNames.nonce !== null
    ? { nonce: chance(ground), clientId, departedAt: String(ground.now) }
    : {};

const proof = async (codeVerifier: string | undefined): Promise<StandardPairs> =>
  codeVerifier === undefined
    ? []
    : [
        ['code_challenge', await calculatePKCECodeChallenge(codeVerifier)],
        ['code_challenge_method', 'S256'],
      ];

/**
 * The authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2.1) as the page that the person is sent to, with
 * the code verifier and what the ID token is compared with. Throws `UnusableUrl` or `UnfilledPlaceholder`.
 */
export const authorizationRequest = async (
  definition: AuthorizationCodeDefinition,
  input: AuthorizationInput,
): Promise<Departure> => {
  const client = clientOf(definition, input.ground);
  const codeVerifier = definition.pkce === 'S256' ? chance(input.ground) : undefined;
  const identity = openId(definition, input, client.id);
  const scope = input.scopes.join(definition.scopeSeparator);
  const standard: StandardPairs = [
    ['response_type', 'code'],
    ['client_id', client.id],
    ['redirect_uri', input.redirectUri],
    ...(scope === '' ? [] : [['scope', scope] as const]),
    ...(await proof(codeVerifier)),
    ...definition.resource.map((uri) => ['resource', filledUri(uri, client.values)] as const),
    ...(identity['nonce'] === undefined ? [] : [['nonce', identity['nonce']] as const]),
  ];
  // A parameter that was renamed to `state` would stand beside it.
  const named = providerNames(definition, standard).filter(([name]) => name !== 'state');
  const own = withoutOurs(definition.authorizationParams);
  const page = fillUrl(definition.authorizationUrl, client.values);
  return {
    page: putParameters(page, withOwn(own, client.values, [...named, ['state', input.state]])),
    kept: {
      ...(codeVerifier !== undefined && { codeVerifier }),
      ...(definition.issuer !== undefined && { issuer: filledUri(definition.issuer, client.values) }),
      ...identity,
    },
  };
};
