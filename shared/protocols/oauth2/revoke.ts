import type { Secret } from '../../secret.ts';
import { buildDescribed } from '../build-described.ts';
import type { Ground, ProviderRequest, Values } from '../protocol.ts';
import { clientOf } from './client.ts';
import type { OAuth2Definition } from './definition.ts';
import { clientRequest } from './token-request.ts';

type Token = readonly [hint: 'refresh_token' | 'access_token', token: string];

const tokens = ({ values }: Ground, refreshToken: Secret | undefined): readonly Token[] => {
  const accessToken = values['access_token'];
  return [
    ...(refreshToken ? [['refresh_token', refreshToken.reveal()] as const] : []),
    ...(accessToken ? [['access_token', accessToken] as const] : []),
  ];
};

/**
 * The requests that take a grant back: RFC 7009 §2.1 for the refresh token, whose end mostly ends the grant, and then for
 * the access token; else the one that the definition describes, if any.
 */
export const revocationRequests = async (
  definition: OAuth2Definition,
  ground: Ground,
  refreshToken: Secret | undefined,
): Promise<readonly ProviderRequest[]> => {
  const { revocationUrl: url, revocation } = definition;
  if (url !== undefined)
    return Promise.all(
      tokens(ground, refreshToken).map(([hint, token]) =>
        clientRequest(definition, {
          ground,
          url,
          parameters: [
            ['token', token],
            ['token_type_hint', hint],
          ],
          own: {},
          // RFC 7009 knows one form, whatever the token endpoint wants.
          format: { tokenRequestMethod: 'POST', tokenRequestFormat: 'form' },
        }),
      ),
    );
  if (!revocation) return [];
  const { values } = clientOf(definition, ground);
  const held: Values = refreshToken ? { refresh_token: refreshToken.reveal() } : {};
  return [buildDescribed(revocation, { ...ground, values: { ...values, ...held } })];
};
