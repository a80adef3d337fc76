import * as z from 'zod';
import { SecretString } from '../../secret.ts';
import { AnswerPath } from '../answer-path.ts';
import { DescribedRequest } from '../described-request.ts';
import { HeaderParams, keptByName, named, Params, refreshOn, soundTemplate, Template } from '../params.ts';
import { UrlTemplate } from '../url-template.ts';
import { standardParameters } from './parameters.ts';

const Scope = z
  .string()
  .max(500, { abort: true })
  .regex(/^[^\s"\\\p{Cc}]+$/u, 'A scope has no spaces, quotes or backslashes, and is not empty.')
  .superRefine(soundTemplate);

/** A URI that names an API or a provider; it is compared, never called with a credential. */
const Identifier = z
  .string()
  .max(1000, { abort: true })
  .regex(/^[a-z][a-z\d+.-]*:[^\s\\#\p{Cc}]+$/iu, {
    error: 'Expected an absolute URI without a fragment, such as https://api.acme.example.',
    abort: true,
  })
  .superRefine(soundTemplate);
const holdsNobody = (template: string) => {
  const uri = template.replace(/\{\{[^{}]*\}\}/g, 'x');
  return URL.canParse(uri) && `${new URL(uri).username}${new URL(uri).password}` === '';
};

const mostErrors = 50;
const ErrorCode = z
  .string()
  .regex(/^[\w.:-]{1,100}$/, 'Expected a code as the provider writes it: letters, digits and . : - _');

const TokenResponse = z
  .strictObject({
    accessToken: AnswerPath.default('access_token'),
    refreshToken: AnswerPath.default('refresh_token'),
    expiresIn: AnswerPath.default('expires_in'),
    /** The unit in which `expiresIn` counts. */
    lifetimeUnit: z.enum(['seconds', 'milliseconds']).default('seconds'),
    /** Where the moment of the end stands: ISO 8601, or since 1970 in seconds or milliseconds. */
    expiresAt: AnswerPath.optional(),
    /** Where the refresh token's life stands; left out, the names seen in the wild are tried. */
    refreshExpiresIn: AnswerPath.optional(),
    scope: AnswerPath.default('scope'),
    /** Where an error's code stands, also in an answer of 200. */
    error: AnswerPath.default('error'),
    /** Where its words stand; left out, `error_description` and the places seen in the wild are tried. */
    errorDescription: AnswerPath.optional(),
    /** What a code of the provider's own says: that the grant is over, that the application is refused, or that it may pass. */
    errors: named(mostErrors, ErrorCode, z.enum(['terminal', 'client', 'transient'])).default({}),
    metadata: keptByName(AnswerPath),
  })
  .prefault({});

const Refresh = z
  .strictObject({
    /** What the provider does with a refresh token that was used: nothing, replaces it after a grace, or at once. */
    rotation: z.enum(['none', 'grace', 'strict']).default('strict'),
    /** How long the provider still takes a spent refresh token. */
    graceSeconds: z.int().min(0).max(86_400).default(0),
    /** Where refresh tokens are spent, when that is not the token URL. */
    url: UrlTemplate.optional(),
    /** Parameters of the refresh request alone. */
    params: Params,
    ...refreshOn,
  })
  .prefault({});

const PrivateKeyJwt = z
  .strictObject({
    algorithm: z.enum(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']).default('RS256'),
    keyId: z.string().min(1).max(200).optional(),
    /** Whom the assertion is for; left out, the token URL. */
    audience: Template.min(1).optional(),
    lifetimeSeconds: z.int().min(10).max(3600).default(60),
  })
  .prefault({});

const common = {
  type: z.literal('oauth2'),
  tokenUrl: UrlTemplate,
  /** RFC 7009. */
  revocationUrl: UrlTemplate.optional(),
  /** How the grant is taken back where there is no RFC 7009. */
  revocation: DescribedRequest.optional(),
  clientId: Template.min(1).max(1000),
  clientSecret: SecretString.optional(),
  /** The secret that is to follow: it takes over when the provider refuses the present one (ADR 0022). */
  nextClientSecret: SecretString.optional(),
  /** When the provider ends the client secret, and when the next one. ISO 8601, UTC. */
  clientSecretExpiresAt: z.iso.datetime().optional(),
  nextClientSecretExpiresAt: z.iso.datetime().optional(),
  /** PKCS #8 in PEM, or a JWK; for `private_key_jwt`. */
  privateKey: SecretString.optional(),
  privateKeyJwt: PrivateKeyJwt,
  clientAuthentication: z
    .enum(['client_secret_basic', 'client_secret_basic_raw', 'client_secret_post', 'private_key_jwt', 'none'])
    .default('client_secret_basic'),
  scopes: z.array(Scope).max(200).default([]),
  scopeSeparator: z
    .string()
    .min(1)
    .max(3)
    .regex(/^\P{Cc}*$/u, 'Expected one to three characters that are no control characters.')
    .default(' '),
  /** RFC 8707: for which APIs the token is. */
  resource: z
    .array(
      Identifier.refine(holdsNobody, 'Expected an absolute URI without user name or password (RFC 8707).'),
    )
    .max(10)
    .default([]),
  tokenParams: Params,
  tokenHeaders: HeaderParams,
  tokenRequestMethod: z.enum(['POST', 'GET']).default('POST'),
  tokenRequestFormat: z.enum(['form', 'json', 'query']).default('form'),
  /** Standard parameters under another name, or left out (null), where a provider strays from the RFCs. */
  parameterNames: z
    .partialRecord(z.enum(standardParameters), z.string().min(1).max(100).nullable())
    .default({}),
  tokenResponse: TokenResponse,
  refresh: Refresh,
};

const AuthorizationResponse = z
  .strictObject({
    /** The parameter of the callback that holds the code. */
    code: z.string().min(1).max(100).default('code'),
    /** Parameters of the callback that are kept as metadata, by the name that they get. */
    metadata: keptByName(z.string().min(1).max(100)),
    /** The provider always sends `iss` (RFC 9207): a callback without it is refused. */
    requireIss: z.boolean().default(false),
  })
  .prefault({});

/** A scope that the person may leave out. */
const OptionalScope = z.strictObject({
  scope: Scope,
  title: z.string().min(1).max(200).optional(),
  /** Whether it is ticked when the person first sees it. */
  chosen: z.boolean().default(true),
});

/** OAuth 2 by authorization code (RFC 6749 §4.1, RFC 7636), as a builder describes it. */
export const AuthorizationCodeInput = z.strictObject({
  ...common,
  grant: z.literal('authorization_code'),
  authorizationUrl: UrlTemplate,
  authorizationParams: Params,
  pkce: z.enum(['S256', 'none']).default('S256'),
  optionalScopes: z.array(OptionalScope).max(100).default([]),
  /** The provider's name for itself: an `iss` of a callback or of an ID token must be this (RFC 9207). */
  issuer: Identifier.regex(
    /^https?:\/\/[^?]+$/i,
    'Expected a URL that begins with https://, without a query (RFC 8414 §2).',
  )
    .refine(holdsNobody, 'Expected a URL with a host, without user name or password.')
    .optional(),
  authorizationResponse: AuthorizationResponse,
});

/** OAuth 2 by client credentials (RFC 6749 §4.4). Id and secret stand here, or are fields of each auth: `"{{client_id}}"`. */
const ClientCredentialsInput = z.strictObject({ ...common, grant: z.literal('client_credentials') });

/** Discouraged types say that their risk is known (R33). */
export const acknowledgeRisk = z.literal(true, {
  error:
    'Say true: this way of authenticating is discouraged (RFC 9700), and whoever uses it should know. Prefer authorization_code where the provider has it.',
});

/** OAuth 2 by the password of the person (RFC 6749 §4.3), which RFC 9700 §2.4 advises against. */
const PasswordInput = z.strictObject({
  ...common,
  grant: z.literal('password'),
  username: Template.min(1).default('{{username}}'),
  password: Template.min(1).default('{{password}}'),
  acknowledgeRisk,
});

export const OAuth2Input = z.discriminatedUnion('grant', [
  AuthorizationCodeInput,
  ClientCredentialsInput,
  PasswordInput,
]);

const secrets = { clientSecret: true, nextClientSecret: true, privateKey: true } as const;

/** The same as it is stored: the secrets lie in the vault. */
export const AuthorizationCodeDefinition = AuthorizationCodeInput.omit(secrets);
export const OAuth2Definition = z.discriminatedUnion('grant', [
  AuthorizationCodeDefinition,
  ClientCredentialsInput.omit(secrets),
  PasswordInput.omit(secrets),
]);
export type AuthorizationCodeDefinition = z.infer<typeof AuthorizationCodeDefinition>;
export type OAuth2Definition = z.infer<typeof OAuth2Definition>;
