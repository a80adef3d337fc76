import type { Consent, Protocol, ProviderRequest } from '../protocol.ts';
import { authorizationRequest } from './authorize.ts';
import { judgeCallback } from './callback.ts';
import { neededSecrets } from './client-authentication.ts';
import type { AuthorizationCodeDefinition, OAuth2Definition } from './definition.ts';
import { filledUri } from './filled.ts';
import { clientCredentialsRequest, codeRequest, passwordRequest, refreshRequest } from './grants.ts';
import { vetIdToken } from './id-token.ts';
import { judgeTokenAnswer, refusesSecret } from './judge.ts';
import { revoker } from './revoke.ts';
import { oauth2Provides, oauth2Settings } from './settings.ts';

const graceOf = ({ refresh: { rotation, graceSeconds } }: OAuth2Definition): number =>
  rotation === 'none' ? Infinity : graceSeconds * 1000;

const asked = async (request: Promise<ProviderRequest>) => ({ request: await request });

const consentOf = (definition: AuthorizationCodeDefinition): Consent => ({
  depart: (input) => authorizationRequest(definition, input),
  arrive: async ({ ground, redirectUri, query, kept }) => {
    const { issuer } = definition;
    const expected = issuer === undefined ? undefined : filledUri(issuer, ground.values);
    const arrival = judgeCallback(definition, query, expected);
    if (arrival.kind !== 'code') return arrival;
    const { code, metadata } = arrival;
    const codeVerifier = kept['codeVerifier'];
    return { request: await codeRequest(definition, { ground, redirectUri, code, codeVerifier }), metadata };
  },
  vet: vetIdToken,
});

/**
 * OAuth 2 (RFC 6749) with PKCE, resource indicators, issuer identification and revocation (RFC 7636, 8707, 9207, 7009),
 * and where a provider strays from them as its definition says.
 */
export const oauth2Protocol = (definition: OAuth2Definition): Protocol => {
  const shared = {
    settings: oauth2Settings(definition),
    provides: oauth2Provides(definition),
    needsSecrets: neededSecrets(definition),
    judge: (answer) => judgeTokenAnswer(answer, definition),
    refusesSecret: (answer) => refusesSecret(answer, definition),
    revoke: revoker(definition),
    graceMilliseconds: graceOf(definition),
    refusedBy: definition.refresh.on.map(({ status }) => status),
    concurrency: definition.refresh.concurrency,
  } satisfies Protocol;
  // Fields are enough to ask anew, and that cannot lose a rotation: a refresh token that came along is left unspent.
  switch (definition.grant) {
    case 'authorization_code':
      return {
        ...shared,
        consent: consentOf(definition),
        renew: (ground, refreshToken) => asked(refreshRequest(definition, { ground, refreshToken })),
      };
    case 'client_credentials':
      return { ...shared, issue: (ground) => asked(clientCredentialsRequest(definition, ground)) };
    case 'password':
      return { ...shared, issue: (ground) => asked(passwordRequest(definition, ground)) };
  }
};
