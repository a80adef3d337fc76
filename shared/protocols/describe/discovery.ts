import * as z from 'zod';
import { joined, titlePart, usableLink, type Drafted, type Finding, type Missing } from './draft.ts';
import { fieldBook } from './fields.ts';
import { UnreadableDocument } from './limits.ts';
import { oneLine } from './node.ts';
import { missingClient } from './oauth-flow.ts';
import { missingBase } from './openapi.ts';
import { draftUrl } from './url.ts';

const words = z.array(z.string().max(1000)).max(2000);

/** What is used of RFC 8414 §2, OpenID Connect Discovery §3 and RFC 9207 §3. */
export const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string().optional(),
  token_endpoint: z.string().optional(),
  revocation_endpoint: z.string().optional(),
  service_documentation: z.string().optional(),
  scopes_supported: words.default([]),
  code_challenge_methods_supported: words.default([]),
  token_endpoint_auth_methods_supported: words.default(['client_secret_basic']),
  token_endpoint_auth_signing_alg_values_supported: words.default([]),
  grant_types_supported: words.default(['authorization_code', 'implicit']),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});
export type Metadata = z.infer<typeof Metadata>;

const withoutSlash = (text: string) => text.replace(/\/$/, '');

/**
 * Where an issuer's metadata may stand: behind it (OpenID Connect Discovery §4), and with the well-known path between its
 * host and its own path (RFC 8414 §3.1). The issuer is an absolute URL without query and fragment.
 */
export const discoveryUrls = (issuer: string): string[] => {
  const { origin, pathname } = new URL(issuer);
  return [
    `${origin}${withoutSlash(pathname)}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${withoutSlash(pathname)}`,
  ];
};

const finding = (level: Finding['level'], path: string, message: string, remedy: string): Finding => ({
  level,
  path,
  message,
  remedy,
});

const knownGrants = ['authorization_code', 'client_credentials', 'password'] as const;

const grantOf = (metadata: Metadata) =>
  knownGrants.find(
    (grant) =>
      metadata.grant_types_supported.includes(grant) &&
      (grant !== 'authorization_code' || metadata.authorization_endpoint !== undefined),
  ) ?? 'authorization_code';

type Grant = ReturnType<typeof grantOf>;

/** Part of `auth`, and what goes with it. */
interface Part {
  readonly auth: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  readonly missing: readonly Missing[];
}

const endpoints = [
  ['authorization_endpoint', 'authorizationUrl', 'authorization URL'],
  ['token_endpoint', 'tokenUrl', 'token URL'],
  ['revocation_endpoint', 'revocationUrl', undefined],
] as const;

const endpointParts = (metadata: Metadata, grant: Grant): readonly Part[] =>
  endpoints
    .filter(([name]) => grant === 'authorization_code' || name !== 'authorization_endpoint')
    .map(([name, setting, title]) => {
      const { url, findings } = draftUrl({ text: metadata[name] ?? '', path: name, book: fieldBook() });
      const gap = {
        path: `auth.${setting}`,
        message: `Give the ${title ?? ''}: the metadata tells none that can be used.`,
      };
      return {
        auth: url === undefined ? {} : { [setting]: url },
        findings,
        missing: url === undefined && title !== undefined ? [gap] : [],
      };
    });

const proposedScopes = ['openid', 'offline_access'];

const scopesPart = ({ scopes_supported: supported }: Metadata, grant: Grant): Part => {
  const scopes =
    grant === 'client_credentials' ? [] : proposedScopes.filter((scope) => supported.includes(scope));
  const others = supported.filter((scope) => !scopes.includes(scope));
  const message = `The provider also knows the scopes ${oneLine(others.join(', '), 500)}.`;
  return {
    auth: { scopes },
    findings:
      others.length > 0
        ? [finding('info', 'scopes_supported', message, 'Add to auth.scopes those that your calls need.')]
        : [],
    missing: [],
  };
};

const noPkce = finding(
  'warning',
  'code_challenge_methods_supported',
  'The provider does not say that it supports PKCE with S256, so the draft goes without.',
  'Where its documentation says that it does, set auth.pkce to S256.',
);

const codePart = (metadata: Metadata, grant: Grant): Part => {
  if (grant !== 'authorization_code') return { auth: {}, findings: [], missing: [] };
  const s256 = metadata.code_challenge_methods_supported.includes('S256');
  const requireIss = metadata.authorization_response_iss_parameter_supported;
  return {
    auth: {
      pkce: s256 ? 'S256' : 'none',
      issuer: metadata.issuer,
      ...(requireIss ? { authorizationResponse: { requireIss } } : {}),
    },
    findings: s256 ? [] : [noPkce],
    missing: [],
  };
};

const [missingId, missingSecret] = missingClient;
const missingKey = {
  path: 'auth.privateKey',
  message: 'Give the private key of the client: PKCS #8 in PEM, or a JWK.',
};

/** The ways of client authentication that we have, the first that the provider has too is taken. */
const clientWays = [
  { name: 'client_secret_basic', missing: [missingId, missingSecret] },
  { name: 'client_secret_post', missing: [missingId, missingSecret] },
  { name: 'private_key_jwt', missing: [missingId, missingKey] },
  { name: 'none', missing: [missingId] },
];

const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];

const noClientWay = finding(
  'error',
  'token_endpoint_auth_methods_supported',
  'The provider knows none of the ways of client authentication that there are here.',
  'Ask the provider whether it takes client_secret_basic, client_secret_post, private_key_jwt or none.',
);

const clientPart = (metadata: Metadata): Part => {
  const way = clientWays.find(({ name }) => metadata.token_endpoint_auth_methods_supported.includes(name));
  const algorithm = algorithms.find((name) =>
    metadata.token_endpoint_auth_signing_alg_values_supported.includes(name),
  );
  return {
    auth: {
      ...(way ? { clientAuthentication: way.name } : {}),
      ...(way?.name === 'private_key_jwt' && algorithm !== undefined ? { privateKeyJwt: { algorithm } } : {}),
    },
    findings: way ? [] : [noClientWay],
    missing: (way?.missing ?? [missingId]).filter((gap) => gap !== undefined),
  };
};

const risk = {
  path: 'auth.acknowledgeRisk',
  message:
    'Say true when you know that this grant hands the password of a person to this product (RFC 9700 §2.4).',
};

/** The person's user name and password, for the grant that asks for them. */
const personPart = (grant: Grant): Drafted => ({
  draft:
    grant === 'password'
      ? {
          fields: [
            { key: 'username', title: 'User name' },
            { key: 'password', title: 'Password', secret: true },
          ],
        }
      : { fields: [] },
  findings: [],
  missing: grant === 'password' ? [risk] : [],
});

const otherIssuer = (told: string) =>
  finding(
    'error',
    'issuer',
    'The metadata is of another issuer than the one asked for, so nothing of it was used (RFC 8414 §3.3).',
    `Where you trust it, import again with the issuer exactly as the provider writes it: ${oneLine(told, 500)}`,
  );

/** Drafts a service from the metadata of an authorization server. Throws `UnreadableDocument` when it is none. */
export const draftFromMetadata = (issuer: string, metadata: unknown): Drafted => {
  const { data } = Metadata.safeParse(metadata);
  if (!data)
    throw new UnreadableDocument('The answer is no metadata of an authorization server (RFC 8414 §2).');
  if (data.issuer !== issuer) return { draft: {}, findings: [otherIssuer(data.issuer)], missing: [] };
  const grant = grantOf(data);
  const parts = [
    ...endpointParts(data, grant),
    clientPart(data),
    codePart(data, grant),
    scopesPart(data, grant),
  ];
  const settings = parts.reduce<Part['auth']>((all, { auth }) => ({ ...all, ...auth }), {});
  return joined(
    titlePart(oneLine(new URL(issuer).hostname), usableLink(data.service_documentation)),
    { draft: {}, findings: [], missing: [missingBase] },
    personPart(grant),
    {
      draft: { auth: { type: 'oauth2', grant, ...settings } },
      findings: parts.flatMap(({ findings }) => findings),
      missing: parts.flatMap(({ missing }) => missing),
    },
  );
};
