import { calculatePKCECodeChallenge } from 'oauth4webapi';
import type { Secret } from '../../secret.ts';
import { fillUrl } from '../url-template.ts';
import type { OAuth2Definition } from './definition.ts';

interface AuthorizationInput {
  readonly definition: OAuth2Definition;
  readonly fields: Readonly<Record<string, string>>;
  readonly redirectUri: string;
  readonly state: string;
  readonly codeVerifier: Secret;
}

/** The authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3) as the URL that the person is sent to. */
export const authorizationRequest = async (input: AuthorizationInput): Promise<URL> => {
  const { definition, redirectUri, state, codeVerifier } = input;
  const url = fillUrl(definition.authorizationUrl, input.fields);
  const set = (name: string, value: string) => url.searchParams.set(name, value);
  for (const [name, value] of Object.entries(definition.authorizationParams)) set(name, value);
  set('response_type', 'code');
  set('client_id', definition.clientId);
  set('redirect_uri', redirectUri);
  set('state', state);
  if (definition.scopes.length > 0) set('scope', definition.scopes.join(definition.scopeSeparator));
  if (definition.pkce === 'S256') {
    set('code_challenge', await calculatePKCECodeChallenge(codeVerifier.reveal()));
    set('code_challenge_method', 'S256');
  }
  return url;
};
