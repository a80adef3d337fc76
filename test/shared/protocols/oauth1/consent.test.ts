import { describe, expect, it } from '@jest/globals';
import { oauth1Protocol } from '#shared/protocols/oauth1/protocol.ts';
import type { Asking, ProviderAnswer } from '#shared/protocols/protocol.ts';
import { groundOf, threeLegged } from './ground.ts';
import { refusal } from './verifier.ts';

type Parts = Readonly<Record<string, unknown>>;

const ask = async (
  parts: Parts = {},
  redirectUri = 'https://app.example/oauth/callback',
): Promise<Asking> => {
  const departing = await oauth1Protocol(threeLegged(parts)).consent!.depart({
    ground: groundOf({ values: { region: 'eu' } }),
    redirectUri,
    state: 'st&1',
    scopes: [],
  });
  if (!('depart' in departing)) throw new Error('The provider must be asked first.');
  return departing;
};

const answer = (body: string, parts: Partial<ProviderAnswer> = {}): ProviderAnswer => ({
  status: 200,
  contentType: 'text/html',
  body,
  ...parts,
});

const good = 'oauth_token=t%2B1&oauth_token_secret=s+1&oauth_callback_confirmed=true';

describe('the way to the provider', () => {
  it.each([
    ['https://app.example/oauth/callback', 'https://app.example/oauth/callback?state=st%261'],
    ['https://app.example/cb?a=1', 'https://app.example/cb?a=1&state=st%261'],
  ])('carries the state in the callback URL %s', async (redirectUri, expected) => {
    const { request } = await ask({}, redirectUri);
    expect(request.headers[0]?.[1]).toContain(`oauth_callback="${encodeURIComponent(expected)}"`);
  });

  it('asks by a signed POST without a body, its parameters in the header wherever later ones go', async () => {
    const requestTokenUrl = 'https://{{region}}.photos.example/initiate?scope=a+b';
    const { request } = await ask({ requestTokenUrl, signatureIn: 'query' });
    expect(request).toMatchObject({ method: 'POST', url: 'https://eu.photos.example/initiate?scope=a+b' });
    expect(request.body).toBeUndefined();
    const arrived = { method: 'POST', href: request.url, headers: request.headers, body: undefined };
    expect(refusal(arrived, { consumerSecret: 'kd94hf93k423kf44', tokenSecret: '' })).toBeUndefined();
  });

  it('leads to the page with the token, the filled parameters and the query that was there', async () => {
    const { depart } = await ask({
      authorizationUrl: 'https://{{region}}.photos.example/authorize?a=%7e',
      authorizationParams: { name: 'My App & {{region}}', oauth_token: 'not this' },
    });
    expect(depart(answer(good))).toEqual({
      page: new URL('https://eu.photos.example/authorize?a=%7e&oauth_token=t%2B1&name=My%20App%20%26%20eu'),
      kept: { requestToken: 't+1', requestTokenSecret: 's 1' },
    });
  });

  it.each([
    ['JSON', '{"oauth_token": "t+1", "oauth_token_secret": "s 1", "oauth_callback_confirmed": "true"}'],
    [
      'JSON with a real true',
      '{"oauth_token": "t+1", "oauth_token_secret": "s 1", "oauth_callback_confirmed": true}',
    ],
    ['a form with a line end', `${good}\r\n`],
  ])('reads an answer in %s', async (_, body) => {
    const { depart } = await ask();
    expect(depart(answer(body))).toMatchObject({ kept: { requestToken: 't+1', requestTokenSecret: 's 1' } });
  });

  it.each([
    ['oauth_token=a&oauth_token_secret=b'],
    ['oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=false'],
    ['oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=TRUE'],
    ['{"oauth_token": "a", "oauth_token_secret": "b", "oauth_callback_confirmed": ["true", "false"]}'],
  ])('goes no further when the callback is not confirmed: %s', async (body) => {
    const { depart } = await ask();
    expect(depart(answer(body))).toEqual({ kind: 'client', code: 'callback_not_confirmed' });
  });

  it('hands on why the provider refused', async () => {
    const { depart } = await ask();
    expect(depart(answer('oauth_problem=consumer_key_unknown', { status: 401 }))).toMatchObject({
      kind: 'client',
      code: 'consumer_key_unknown',
    });
    expect(depart(answer('', { status: 503, retryAfter: '9' }))).toEqual({
      kind: 'transient',
      code: 'http_503',
      retryAfter: '9',
    });
  });
});

describe('the way back', () => {
  const kept = { requestToken: 'tok', requestTokenSecret: 'sec' };
  const arrive = (query: string, parts: Parts = {}, known: Readonly<Record<string, string>> = kept) =>
    oauth1Protocol(threeLegged(parts)).consent!.arrive({
      ground: groundOf(),
      redirectUri: 'https://app.example/oauth/callback',
      query: new URLSearchParams(query),
      kept: known,
    });

  it('exchanges the verifier by a signed POST and keeps what the callback tells', async () => {
    const conversation = await arrive('state=s&oauth_token=tok&oauth_verifier=v%2F1&realmId=42&x=1', {
      metadata: { realm: 'realmId', other: 'missing' },
    });
    if (!('request' in conversation)) throw new Error(conversation.code);
    const { request, metadata, next } = conversation;
    expect(metadata).toEqual({ realm: '42' });
    expect(next).toBeUndefined();
    expect(request.headers[0]?.[1]).toContain('oauth_verifier="v%2F1"');
    const arrived = { method: 'POST', href: request.url, headers: request.headers, body: undefined };
    expect(refusal(arrived, { consumerSecret: 'kd94hf93k423kf44', tokenSecret: 'sec' })).toBeUndefined();
  });

  it.each([
    ['denied=tok', 'refused', 'access_denied'],
    ['oauth_token=tok&oauth_problem=user_refused', 'refused', 'access_denied'],
    ['oauth_token=tok&oauth_problem=permission_denied', 'refused', 'access_denied'],
    ['oauth_token=tok', 'malformed', 'verifier_missing'],
    ['oauth_token=tok&oauth_verifier=', 'malformed', 'verifier_missing'],
    ['oauth_token=other&oauth_verifier=v', 'malformed', 'token_mismatch'],
    ['oauth_verifier=v', 'malformed', 'token_mismatch'],
    ['oauth_token=tok&oauth_token=tok&oauth_verifier=v', 'malformed', 'doubled_parameter'],
    ['oauth_token=tok&oauth_verifier=v&oauth_verifier=w', 'malformed', 'doubled_parameter'],
  ])('refuses a callback with %s as %s %s', async (query, kind, code) => {
    expect(await arrive(query)).toEqual({ kind, code });
  });

  it('refuses a callback when nothing was kept', async () => {
    expect(await arrive('oauth_token=tok&oauth_verifier=v', {}, {})).toEqual({
      kind: 'malformed',
      code: 'token_mismatch',
    });
  });
});
