import type { Metadata } from '../../../protocols/describe/discovery.ts';
import { oneLine } from '../../../protocols/describe/node.ts';
import type { AuthorizationCodeDefinition } from '../../../protocols/oauth2/definition.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { CheckFinding } from './finding.ts';
import { triedUrl } from './place.ts';

interface Compared {
  readonly definition: ServiceDefinition;
  readonly auth: AuthorizationCodeDefinition;
  readonly metadata: Metadata;
  readonly plainHttp: boolean;
}

type Findings = readonly CheckFinding[];

const warning = (code: string, path: string, [message, remedy]: readonly [string, string]): CheckFinding => ({
  level: 'warning',
  code,
  path,
  message,
  remedy,
});

const differs = (path: string, ours: string, theirs: string): CheckFinding =>
  warning('discovery_disagrees', path, [
    `The definition says ${ours}, the metadata of the issuer says ${oneLine(theirs, 500)}`,
    'Take what the metadata says, unless the documentation of the provider says otherwise.',
  ]);

const otherIssuer = ({ auth: { issuer = '' }, metadata }: Compared): Findings =>
  metadata.issuer === issuer ? [] : [differs('auth.issuer', issuer, metadata.issuer)];

const sameUrl = (one: URL, other: string): boolean => URL.canParse(other) && new URL(other).href === one.href;

const otherEndpoints = ({ definition, auth, metadata, plainHttp }: Compared): Findings =>
  (
    [
      ['authorizationUrl', metadata.authorization_endpoint],
      ['tokenUrl', metadata.token_endpoint],
      ['revocationUrl', metadata.revocation_endpoint],
    ] as const
  ).flatMap(([name, theirs]) => {
    const ours = auth[name];
    if (ours === undefined || theirs === undefined) return [];
    const tried = triedUrl(definition, ours, plainHttp);
    return tried.kind !== 'url' || sameUrl(tried.url, theirs) ? [] : [differs(`auth.${name}`, ours, theirs)];
  });

const pkce = ({ auth, metadata }: Compared): Findings =>
  auth.pkce === 'none' || metadata.code_challenge_methods_supported.includes('S256')
    ? []
    : [
        warning('pkce_not_listed', 'auth.pkce', [
          'The metadata does not say that the provider knows PKCE with S256.',
          'Keep it where the documentation says so, or where a consent succeeds; else say "none".',
        ]),
      ];

const client = ({ auth, metadata }: Compared): Findings => {
  const { token_endpoint_auth_methods_supported: listed } = metadata;
  const ours = auth.clientAuthentication.replace(/_raw$/, '');
  return listed.includes(ours)
    ? []
    : [
        warning('client_authentication_not_listed', 'auth.clientAuthentication', [
          `The metadata does not list ${ours} among the ways in which a client may authenticate.`,
          `Say one that it lists: ${oneLine(listed.join(', '), 500)}.`,
        ]),
      ];
};

const iss = ({ auth, metadata }: Compared): Findings =>
  metadata.authorization_response_iss_parameter_supported && !auth.authorizationResponse.requireIss
    ? [
        warning('iss_not_required', 'auth.authorizationResponse.requireIss', [
          'The provider always says in the callback who it is (RFC 9207), and a callback without it is taken.',
          'Say true: it keeps the code of one provider from being sent to another.',
        ]),
      ]
    : [];

/** Providers need not list all scopes (RFC 8414 §2), so one that is missing is no error. */
const unlistedScopes = ({ auth, metadata: { scopes_supported: listed } }: Compared): Findings =>
  [
    ...auth.scopes.map((scope, index) => [`auth.scopes.${String(index)}`, scope] as const),
    ...auth.optionalScopes.map(
      ({ scope }, index) => [`auth.optionalScopes.${String(index)}.scope`, scope] as const,
    ),
  ]
    .filter(([, scope]) => listed.length > 0 && !listed.includes(scope))
    .map(([path, scope]) =>
      warning('scope_not_listed', path, [
        `The metadata does not list the scope ${scope}.`,
        'Check how the provider writes it; it may also be one that the metadata leaves out.',
      ]),
    );

const grants = ({ auth, metadata: { grant_types_supported: listed } }: Compared): Findings =>
  listed.includes(auth.grant)
    ? []
    : [
        warning('grant_not_listed', 'auth.grant', [
          `The metadata does not list the grant ${auth.grant}.`,
          `Use one that it lists: ${oneLine(listed.join(', '), 500)}.`,
        ]),
      ];

const withoutSlash = (text: string) => text.replace(/\/$/, '');

/**
 * Where a definition and the metadata of its issuer (RFC 8414, OpenID Connect Discovery) say different things. Metadata of
 * quite another issuer is not compared further (RFC 8414 §3.3).
 */
export const disagreements = (compared: Compared): Findings => {
  const { auth, metadata } = compared;
  const other = withoutSlash(metadata.issuer) !== withoutSlash(auth.issuer ?? '');
  const checks = other
    ? [otherIssuer]
    : [otherIssuer, otherEndpoints, pkce, client, iss, unlistedScopes, grants];
  return checks.flatMap((check) => check(compared));
};
