import { secret } from '../../secret.ts';
import { fill } from '../../template.ts';
import type {
  Asking,
  CallbackRefusal,
  Consent,
  Conversation,
  Departure,
  Ground,
  Pairs,
  ProviderAnswer,
  ProviderRequest,
  Refusal,
} from '../protocol.ts';
import { fillUrl } from '../url-template.ts';
import { metadataOf, readToken } from './answer.ts';
import type { OAuth1Definition } from './definition.ts';
import { realmOf, signedParameters, type Token } from './parameters.ts';
import { authorizationHeader, inQuery } from './transmit.ts';

type ThreeLegged = Extract<OAuth1Definition, { grant: 'three_legged' }>;

interface SignedPost {
  readonly definition: ThreeLegged;
  readonly ground: Ground;
  readonly url: URL;
  readonly token?: Token;
  readonly extra: Pairs;
}

/** A POST without a body, its parameters in the header: what every provider takes, whatever it wants of later calls. */
const signedPost = ({ definition, ground, url, ...rest }: SignedPost): ProviderRequest => {
  const parameters = signedParameters({ definition, ground, method: 'POST', url, ...rest });
  return {
    method: 'POST',
    url: url.href,
    headers: [['authorization', authorizationHeader(parameters, realmOf(definition, ground))]],
  };
};

/** Where the person is sent: the authorization URL with the temporary token (RFC 5849 §2.2). */
const pageOf = (
  { authorizationUrl, authorizationParams }: ThreeLegged,
  { values }: Ground,
  token: string,
): URL =>
  inQuery(fillUrl(authorizationUrl, values), [
    ['oauth_token', token],
    ...Object.entries(authorizationParams)
      .filter(([name]) => name !== 'oauth_token')
      .map(([name, text]) => [name, fill(text, values)] as const),
  ]);

type DepartInput = Parameters<Consent['depart']>[0];
type ArriveInput = Parameters<Consent['arrive']>[0];

const departed = (definition: ThreeLegged, ground: Ground, answer: ProviderAnswer): Departure | Refusal => {
  const found = readToken(answer);
  if ('kind' in found) return found;
  // Without it this is OAuth 1.0 of 2007, in which somebody else's consent can be slipped in (RFC 5849 §2.1).
  if (String(found.members['oauth_callback_confirmed']) !== 'true')
    return { kind: 'client', code: 'callback_not_confirmed' };
  return {
    page: pageOf(definition, ground, found.token),
    kept: { requestToken: found.token, requestTokenSecret: found.tokenSecret },
  };
};

/** OAuth 1 has no state of its own: it travels in the callback URL. */
const callbackUrl = ({ redirectUri, state }: DepartInput): string =>
  `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`;

const asking = (definition: ThreeLegged, input: DepartInput): Asking => {
  const { ground } = input;
  const url = fillUrl(definition.requestTokenUrl, ground.values, ground.urls);
  return {
    request: signedPost({ definition, ground, url, extra: [['oauth_callback', callbackUrl(input)]] }),
    depart: (answer) => departed(definition, ground, answer),
  };
};

/** What a provider says no with: `denied` is common, `oauth_problem` is of OAuth Problem Reporting. */
const refused = (query: URLSearchParams): boolean =>
  query.has('denied') || ['user_refused', 'permission_denied'].includes(query.get('oauth_problem') ?? '');

const malformed = (code: string): CallbackRefusal => ({ kind: 'malformed', code });

const arrived = (
  definition: ThreeLegged,
  { ground, query, kept }: ArriveInput,
): Conversation | CallbackRefusal => {
  if (['oauth_token', 'oauth_verifier'].some((name) => query.getAll(name).length > 1))
    return malformed('doubled_parameter');
  if (refused(query)) return { kind: 'refused', code: 'access_denied' };
  const { requestToken, requestTokenSecret } = kept;
  if (requestToken === undefined || requestTokenSecret === undefined) return malformed('token_mismatch');
  if (query.get('oauth_token') !== requestToken) return malformed('token_mismatch');
  const verifier = query.get('oauth_verifier') ?? '';
  if (verifier === '') return malformed('verifier_missing');
  return {
    request: signedPost({
      definition,
      ground,
      url: fillUrl(definition.accessTokenUrl, ground.values, ground.urls),
      token: { token: requestToken, secret: secret(requestTokenSecret) },
      extra: [['oauth_verifier', verifier]],
    }),
    answerHeaders: ['www-authenticate'],
    metadata: metadataOf(definition, (name) => query.get(name)),
  };
};

/** Begins a person's consent with a temporary token that is asked for (RFC 5849 §2.1), to be approved at the provider. */
export const depart = (definition: ThreeLegged, input: DepartInput): Promise<Asking> =>
  Promise.try(asking, definition, input);

/** Goes on from the callback: exchanges the approved token (RFC 5849 §2.3). */
export const arrive = (
  definition: ThreeLegged,
  input: ArriveInput,
): Promise<Conversation | CallbackRefusal> => Promise.try(arrived, definition, input);
