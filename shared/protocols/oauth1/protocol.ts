import { settingsOf as settingsOfRequest } from '../described-request.ts';
import type { Protocol, Setting } from '../protocol.ts';
import { shown } from '../shown.ts';
import { judge } from './answer.ts';
import { arrive, depart } from './consent.ts';
import type { OAuth1Definition } from './definition.ts';
import { secretName } from './parameters.ts';
import { revocationRequests } from './revoke.ts';
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
    ...(threeLegged && {
      consent: {
        depart: (input) => depart(definition, input),
        arrive: (input) => arrive(definition, input),
      },
    }),
    judge: (answer) => judge(definition, answer),
    sign: (input) => signCall(definition, input),
    ...(revocation && {
      revoke: (ground) => revocationRequests(definition, revocation, ground),
    }),
    refusedBy: definition.refresh.on.map(({ status }) => status),
  };
};
