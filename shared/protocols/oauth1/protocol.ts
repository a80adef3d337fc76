import { buildDescribed, settingsOf as settingsOfRequest } from '../described-request.ts';
import type { Ground, Protocol, ProviderRequest, Setting } from '../protocol.ts';
import { shown } from '../shown.ts';
import { judge } from './answer.ts';
import { consentOf } from './consent.ts';
import type { OAuth1Definition } from './definition.ts';
import { secretName } from './parameters.ts';
import { signCall } from './sign.ts';

const setting = (path: string, text: string | undefined, is: Setting['is'] = 'text'): readonly Setting[] =>
  text === undefined ? [] : [{ path, text, is, filledFrom: 'fields' }];

const settingsOf = (definition: OAuth1Definition): readonly Setting[] => [
  ...setting('consumerKey', definition.consumerKey),
  ...setting('realm', definition.realm),
  ...(definition.grant === 'three_legged'
    ? [
        ...setting('requestTokenUrl', definition.requestTokenUrl, 'url'),
        ...shown(setting('authorizationUrl', definition.authorizationUrl, 'url')),
        ...setting('accessTokenUrl', definition.accessTokenUrl, 'url'),
        ...Object.entries(definition.authorizationParams).flatMap(([name, text]) =>
          shown(setting(`authorizationParams.${name}`, text)),
        ),
      ]
    : [...setting('token', definition.token), ...setting('tokenSecret', definition.tokenSecret)]),
  ...(definition.revocation ? settingsOfRequest(definition.revocation, 'revocation', 'answers') : []),
];

/** A described revocation bears no token unless it is signed; one with its own Authorization is left as described. */
const signedRevocation = (
  definition: OAuth1Definition,
  ground: Ground,
  built: ProviderRequest,
): ProviderRequest => {
  if (built.headers.some(([name]) => name.toLowerCase() === 'authorization')) return built;
  const { method, headers } = built;
  const body = built.body === undefined ? undefined : Buffer.from(built.body);
  const signed = signCall(definition, { ground, method, url: new URL(built.url), headers, body });
  return {
    method,
    url: signed.url.href,
    headers: [...headers, ...signed.headers],
    body: signed.body && Buffer.from(signed.body).toString(),
  };
};

/** OAuth 1.0a (RFC 5849), with a person's consent or with tokens that are there already. */
export const oauth1Protocol = (definition: OAuth1Definition): Protocol => {
  const { revocation } = definition;
  const threeLegged = definition.grant === 'three_legged';
  return {
    settings: settingsOf(definition),
    provides: threeLegged
      ? ['access_token', ...Object.keys(definition.metadata).map((name) => `metadata.${name}`)]
      : [],
    needsSecrets: [secretName(definition)],
    ...(threeLegged && { consent: consentOf(definition) }),
    judge: (answer) => judge(definition, answer),
    sign: (input) => Promise.try(() => signCall(definition, input)),
    ...(revocation && {
      revoke: (ground) =>
        Promise.try(() => [signedRevocation(definition, ground, buildDescribed(revocation, ground))]),
    }),
    refusedBy: definition.refresh.on.map(({ status }) => status),
  };
};
