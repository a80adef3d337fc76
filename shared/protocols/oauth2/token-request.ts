import { ClientSecretBasic, ClientSecretPost, None, type ClientAuth } from 'oauth4webapi';
import type { Secret } from '../../secret.ts';
import { fillUrl } from '../url-template.ts';
import type { OAuth2Definition } from './definition.ts';

interface TokenRequestInput {
  readonly definition: OAuth2Definition;
  readonly fields: Readonly<Record<string, string>>;
  readonly clientSecret: Secret | undefined;
}

/** A request to a token endpoint, ready to be sent. */
export interface TokenRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Some providers want the basic credentials as they are, not form-encoded as RFC 6749 §2.3.1 has it. */
const basicRaw =
  (clientSecret: string): ClientAuth =>
  (_, client, __, headers) => {
    headers.set(
      'authorization',
      `Basic ${Buffer.from(`${client.client_id}:${clientSecret}`).toString('base64')}`,
    );
  };

const clientAuthentication = ({ definition, clientSecret }: TokenRequestInput): ClientAuth => {
  if (definition.clientAuthentication === 'none' || clientSecret === undefined) return None();
  switch (definition.clientAuthentication) {
    case 'client_secret_basic':
      return ClientSecretBasic(clientSecret.reveal());
    case 'client_secret_basic_raw':
      return basicRaw(clientSecret.reveal());
    case 'client_secret_post':
      return ClientSecretPost(clientSecret.reveal());
  }
};

const request = async (input: TokenRequestInput, grant: Record<string, string>): Promise<TokenRequest> => {
  const { definition, fields } = input;
  const url = fillUrl(definition.tokenUrl, fields);
  const body = new URLSearchParams({ ...definition.tokenParams, ...grant });
  const headers = new Headers({ accept: 'application/json' });
  await clientAuthentication(input)(
    { issuer: url.origin },
    { client_id: definition.clientId },
    body,
    headers,
  );
  const json = definition.tokenRequestFormat === 'json';
  headers.set('content-type', json ? 'application/json' : 'application/x-www-form-urlencoded');
  return {
    method: 'POST',
    url: url.href,
    headers: [...headers],
    body: json ? JSON.stringify(Object.fromEntries(body)) : body.toString(),
  };
};

/** Exchanges a code (RFC 6749 §4.1.3, RFC 7636 §4.5). */
export const codeRequest = (
  input: TokenRequestInput & { code: string; redirectUri: string; codeVerifier: Secret },
): Promise<TokenRequest> =>
  request(input, {
    grant_type: 'authorization_code',
    code: input.code,
    redirect_uri: input.redirectUri,
    ...(input.definition.pkce === 'S256' && { code_verifier: input.codeVerifier.reveal() }),
  });

/** Spends a refresh token (RFC 6749 §6). */
export const refreshRequest = (input: TokenRequestInput & { refreshToken: Secret }): Promise<TokenRequest> =>
  request(input, { grant_type: 'refresh_token', refresh_token: input.refreshToken.reveal() });
