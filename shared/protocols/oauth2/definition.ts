import * as z from 'zod';
import { SecretString } from '../../secret.ts';
import { AnswerPath } from '../answer-path.ts';
import { UrlTemplate } from '../url-template.ts';

const Params = z.record(z.string().min(1).max(100), z.string().max(2000)).default({});

/** OAuth 2 by authorization code (RFC 6749 §4.1, RFC 7636), as a builder describes it. */
export const OAuth2Input = z.strictObject({
  type: z.literal('oauth2'),
  grant: z.literal('authorization_code'),
  authorizationUrl: UrlTemplate,
  tokenUrl: UrlTemplate,
  revocationUrl: UrlTemplate.optional(),
  clientId: z.string().min(1).max(1000),
  clientSecret: SecretString.optional(),
  clientAuthentication: z
    .enum(['client_secret_basic', 'client_secret_basic_raw', 'client_secret_post', 'none'])
    .default('client_secret_basic'),
  pkce: z.enum(['S256', 'none']).default('S256'),
  scopes: z.array(z.string().min(1).max(500)).max(200).default([]),
  scopeSeparator: z.string().min(1).max(3).default(' '),
  authorizationParams: Params,
  tokenParams: Params,
  tokenRequestFormat: z.enum(['form', 'json']).default('form'),
  tokenResponse: z
    .strictObject({
      accessToken: AnswerPath.default('access_token'),
      refreshToken: AnswerPath.default('refresh_token'),
      expiresIn: AnswerPath.default('expires_in'),
      metadata: z.record(z.string().regex(/^\w{1,60}$/), AnswerPath).default({}),
    })
    .prefault({}),
  refresh: z
    .strictObject({
      /** What the provider does with a refresh token that was used: nothing, replaces it after a grace, or at once. */
      rotation: z.enum(['none', 'grace', 'strict']).default('strict'),
      /** How long the provider still takes a spent refresh token. */
      graceSeconds: z.int().min(0).max(86_400).default(0),
      /** The life of an access token whose answer tells none. */
      defaultLifetimeSeconds: z.int().min(1).max(315_360_000).optional(),
      /** Which answers to a proxied call say that the access token is over. */
      on: z
        .array(z.strictObject({ status: z.int().min(400).max(499) }))
        .max(10)
        .default([{ status: 401 }]),
    })
    .prefault({}),
});

/** The same as it is stored: the client secret lies in the vault. */
export const OAuth2Definition = OAuth2Input.omit({ clientSecret: true });
export type OAuth2Definition = z.infer<typeof OAuth2Definition>;
