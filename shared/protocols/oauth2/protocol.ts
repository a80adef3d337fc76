import type { Protocol, ProviderRequest } from '../protocol.ts';
import { arrive } from './arrive.ts';
import { authorizationRequest } from './authorize.ts';
import type { OAuth2Definition } from './definition.ts';
import { clientCredentialsRequest, passwordRequest, refreshRequest } from './grants.ts';
import { vetIdToken } from './id-token.ts';
import { judgeTokenAnswer, refusesSecret } from './judge.ts';
import { neededSecrets } from './needed-secrets.ts';
import { revocationRequests } from './revoke.ts';
import { oauth2Provides, oauth2Settings } from './settings.ts';

const graceOf = ({ refresh: { rotation, graceSeconds } }: OAuth2Definition): number =>
  rotation === 'none' ? Infinity : graceSeconds * 1000;

const asked = async (request: Promise<ProviderRequest>) => ({ request: await request });

/**
 * OAuth 2 (RFC 6749) with PKCE, resource indicators, issuer identification and revocation (RFC 7636, 8707, 9207, 7009),
 * and where a provider strays from them as its definition says.
 */
export const oauth2Protocol = (definition: OAuth2Definition): Protocol => {
  const revocable = definition.revocationUrl !== undefined || definition.revocation !== undefined;
  const shared = {
    settings: oauth2Settings(definition),
    provides: oauth2Provides(definition),
    needsSecrets: neededSecrets(definition),
    judge: (answer) => judgeTokenAnswer(answer, definition),
    refusesSecret: (answer) => refusesSecret(answer, definition),
    ...(revocable && {
      revoke: (ground, refreshToken) => revocationRequests(definition, ground, refreshToken),
    }),
    graceMilliseconds: graceOf(definition),
    refusedBy: definition.refresh.on.map(({ status }) => status),
    concurrency: definition.refresh.concurrency,
  } satisfies Protocol;
  // Fields are enough to ask anew, and that cannot lose a rotation: a refresh token that came along is left unspent.
  switch (definition.grant) {
    case 'authorization_code':
      return {
        ...shared,
        consent: {
          depart: (input) => authorizationRequest(definition, input),
          arrive: (input) => arrive(definition, input),
          vet: vetIdToken,
        },
        renew: (ground, refreshToken) => asked(refreshRequest(definition, { ground, refreshToken })),
      };
    case 'client_credentials':
      return { ...shared, issue: (ground) => asked(clientCredentialsRequest(definition, ground)) };
    case 'password':
      return { ...shared, issue: (ground) => asked(passwordRequest(definition, ground)) };
  }
};
