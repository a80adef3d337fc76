import * as z from 'zod';
import { SecretString } from '../../secret.ts';
import { DescribedRequest } from '../described-request.ts';
import { acknowledgeRisk } from '../oauth2/definition.ts';
import { keptByName, Params, Template } from '../params.ts';
import { UrlTemplate } from '../url-template.ts';

const common = {
  type: z.literal('oauth1'),
  acknowledgeRisk,
  consumerKey: Template.min(1).max(1000),
  consumerSecret: SecretString.optional(),
  /** PKCS #8 in PEM; for RSA-SHA1. */
  privateKey: SecretString.optional(),
  signatureMethod: z.enum(['HMAC-SHA1', 'HMAC-SHA256', 'RSA-SHA1', 'PLAINTEXT']).default('HMAC-SHA1'),
  /** Where the protocol parameters of a proxied call go (RFC 5849 §3.5). */
  signatureIn: z.enum(['header', 'query', 'body']).default('header'),
  realm: Template.optional(),
  /** Adds `oauth_body_hash` to calls whose body is no form. */
  bodyHash: z.boolean().default(false),
  /** Sends `oauth_version`, which is optional (RFC 5849 §3.1) but asked for by some providers. */
  version: z.boolean().default(true),
  revocation: DescribedRequest.optional(),
  refresh: z
    .strictObject({
      on: z
        .array(z.strictObject({ status: z.int().min(400).max(499) }))
        .max(10)
        .default([]),
    })
    .prefault({}),
};

/** OAuth 1.0a with a person's consent (RFC 5849 §2). */
const ThreeLeggedInput = z.strictObject({
  ...common,
  grant: z.literal('three_legged'),
  requestTokenUrl: UrlTemplate,
  authorizationUrl: UrlTemplate,
  accessTokenUrl: UrlTemplate,
  authorizationParams: Params,
  /** Parameters of the access token's answer, and of the callback, that are kept as metadata. */
  metadata: keptByName(z.string().min(1).max(100)),
});

/** OAuth 1.0a with tokens that the person copies from the provider, or with none (two-legged). */
const FixedTokensInput = z.strictObject({
  ...common,
  grant: z.literal('fixed_tokens'),
  token: Template.min(1).optional(),
  tokenSecret: Template.min(1).optional(),
});

export const OAuth1Input = z.discriminatedUnion('grant', [ThreeLeggedInput, FixedTokensInput]);

const secrets = { consumerSecret: true, privateKey: true } as const;
export const OAuth1Definition = z.discriminatedUnion('grant', [
  ThreeLeggedInput.omit(secrets),
  FixedTokensInput.omit(secrets),
]);
export type OAuth1Definition = z.infer<typeof OAuth1Definition>;
