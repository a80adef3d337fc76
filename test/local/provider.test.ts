import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DemoProvider, startProvider } from '../../local/provider.ts';
import { walkConsent } from '../../local/provider/consent.ts';
import { cookieJar } from '../../local/provider/cookies.ts';
import * as client from './provider-client.ts';

const { connect, read, refresh } = client;

const withProvider = async (
  run: (provider: DemoProvider) => Promise<void>,
  options: Partial<Parameters<typeof startProvider>[0]> = {},
) => {
  const provider = await startProvider({ redirectUris: [client.redirectUri], ...options });
  try {
    await run(provider);
  } finally {
    await provider.stop();
  }
};

describe('the demo provider', () => {
  let provider: DemoProvider;
  beforeAll(async () => {
    provider = await startProvider({ redirectUris: [client.redirectUri] });
  });
  afterAll(() => provider.stop());

  it('names itself, and the addresses of its endpoints, by localhost', async () => {
    const response = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
    expect(provider.issuer).toMatch(/^http:\/\/localhost:\d+$/);
    expect(provider.url).toBe(provider.issuer);
    expect(await response.json()).toMatchObject({
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/auth`,
      token_endpoint: `${provider.issuer}/token`,
      userinfo_endpoint: `${provider.issuer}/me`,
      revocation_endpoint: `${provider.issuer}/token/revocation`,
    });
  });

  it('gives tokens for a consent and a code with its verifier', async () => {
    expect(await connect(provider)).toMatchObject({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      id_token: expect.any(String),
      expires_in: 3600,
      scope: 'openid email profile offline_access',
      token_type: 'Bearer',
    });
  });

  it('sends the state back with the code', async () => {
    const { callbackUrl } = await walkConsent({ url: client.authorizationUrl(provider), decision: 'allow' });
    expect(new URL(callbackUrl).searchParams.get('state')).toBe('the-state');
  });

  it('gives a refresh token for offline_access where the client asks for no prompt', async () => {
    const tokens = await connect(provider, { prompt: undefined });
    expect((await refresh(provider, tokens.refresh_token)).status).toBe(200);
  });

  it('gives no refresh token where offline_access is not asked for', async () => {
    const tokens = await connect(provider, { scope: 'openid email', prompt: undefined });
    expect(tokens).not.toHaveProperty('refresh_token');
    expect((await read(provider, '/me', tokens.access_token)).body).toMatchObject({
      email: provider.user.email,
    });
  });

  it('refuses a request without PKCE', async () => {
    const url = client.authorizationUrl(provider, {
      code_challenge: undefined,
      code_challenge_method: undefined,
    });
    const { callbackUrl } = await walkConsent({ url, decision: 'allow' });
    expect(new URL(callbackUrl).searchParams.get('error')).toBe('invalid_request');
  });

  it('refuses a code with another verifier, and a code that was used before', async () => {
    const { callbackUrl } = await walkConsent({ url: client.authorizationUrl(provider), decision: 'allow' });
    const code = new URL(callbackUrl).searchParams.get('code')!;
    const fields = { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri };
    const wrong = await client.callToken(provider, { ...fields, code_verifier: 'x'.repeat(43) });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await client.exchange(provider, callbackUrl)).status).toBe(200);
    const again = await client.exchange(provider, callbackUrl);
    expect(again).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('answers 401 invalid_client to a wrong client secret', async () => {
    const stranger = { ...provider, client: { ...provider.client, secret: 'wrong' } };
    const answer = await refresh(stranger, 'any');
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('tells who the account is, at userinfo and at its API', async () => {
    const { access_token: token } = await connect(provider);
    const { id, email, name } = provider.user;
    expect(await read(provider, '/me', token)).toEqual({
      status: 200,
      body: { sub: id, email, email_verified: true, name },
    });
    expect(await read(provider, '/api/profile', token)).toEqual({ status: 200, body: { id, email, name } });
  });

  it('answers 401 at its API to a token that it did not give, and to none', async () => {
    expect((await read(provider, '/api/profile', 'made-up')).status).toBe(401);
    const bare = await fetch(`${provider.issuer}/api/profile`);
    expect(bare.status).toBe(401);
    expect(bare.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('gives a new refresh token at each refresh', async () => {
    const first = await connect(provider);
    const second = await refresh(provider, first.refresh_token);
    const third = await refresh(provider, second.body.refresh_token);
    expect([second.status, third.status]).toEqual([200, 200]);
    const all = [first.refresh_token, second.body.refresh_token, third.body.refresh_token];
    expect(new Set(all).size).toBe(3);
  });

  it('revokes the whole family when a spent refresh token comes again', async () => {
    const first = await connect(provider);
    const { body: second } = await refresh(provider, first.refresh_token);
    const reuse = await refresh(provider, first.refresh_token);
    expect(reuse).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(provider, second.refresh_token)).body.error).toBe('invalid_grant');
    expect((await read(provider, '/me', second.access_token)).status).toBe(401);
    expect((await read(provider, '/api/profile', second.access_token)).status).toBe(401);
  });

  it('lets only one of many refreshes with the same token through', async () => {
    const { refresh_token: token } = await connect(provider);
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(provider, token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('keeps the grants of two consents apart', async () => {
    const [one, other] = [await connect(provider), await connect(provider)];
    const { body: renewed } = await refresh(provider, one.refresh_token);
    await refresh(provider, one.refresh_token);
    expect((await refresh(provider, renewed.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(provider, other.refresh_token)).status).toBe(200);
  });

  it('revokes a grant by its refresh token', async () => {
    const tokens = await connect(provider);
    const basic = Buffer.from(`${provider.client.id}:${provider.client.secret}`).toString('base64');
    const response = await fetch(`${provider.issuer}/token/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ token: tokens.refresh_token, token_type_hint: 'refresh_token' }),
    });
    expect(response.status).toBe(200);
    expect((await refresh(provider, tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await read(provider, '/me', tokens.access_token)).status).toBe(401);
  });

  it('answers 400 to a page of a consent that nobody began here', async () => {
    const response = await fetch(`${provider.issuer}/interaction/unknown`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('start again');
  });

  it('shows a page, and does not redirect, for a redirect URI that is not registered', async () => {
    const url = client.authorizationUrl(provider, { redirect_uri: 'http://localhost:1/oauth/callback' });
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<title>Demo provider: invalid_redirect_uri</title>');
  });

  it('says in a sentence that its port is taken', async () => {
    const port = Number(new URL(provider.issuer).port);
    const second = startProvider({ redirectUris: [client.redirectUri], port });
    await expect(second).rejects.toThrow(
      `Port ${port} of 127.0.0.1 cannot be listened on: another program has it.`,
    );
  });
});

describe('the clock of the demo provider', () => {
  it('ends an access token after an hour, and a refresh still works', () =>
    withProvider(async (provider) => {
      const tokens = await connect(provider);
      await provider.advance(2 * client.hours);
      expect((await read(provider, '/me', tokens.access_token)).status).toBe(401);
      expect((await read(provider, '/api/profile', tokens.access_token)).status).toBe(401);
      const renewed = await refresh(provider, tokens.refresh_token);
      expect(renewed).toMatchObject({ status: 200, body: { expires_in: 3600 } });
      expect((await read(provider, '/me', renewed.body.access_token)).status).toBe(200);
    }));

  it('ends grant, refresh token and session seven days after consent', () =>
    withProvider(async (provider) => {
      const tokens = await connect(provider);
      await provider.advance(8 * client.days);
      const answer = await refresh(provider, tokens.refresh_token);
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect((await read(provider, '/me', tokens.access_token)).status).toBe(401);
    }));

  it('does not let a refresh lengthen the seven days, and lets no access token outlive them', () =>
    withProvider(async (provider) => {
      const first = await connect(provider);
      await provider.advance(6 * client.days);
      const second = await refresh(provider, first.refresh_token);
      await provider.advance(client.days - 600 * client.seconds);
      const third = await refresh(provider, second.body.refresh_token);
      expect(third.status).toBe(200);
      expect(third.body.expires_in).toBeLessThanOrEqual(600);
      await provider.advance(601 * client.seconds);
      expect((await refresh(provider, third.body.refresh_token)).body.error).toBe('invalid_grant');
      expect((await read(provider, '/me', third.body.access_token)).status).toBe(401);
    }));

  it.each([
    ['while the session of the browser still lives', 4],
    ['when all of it is over', 8],
  ])('begins seven new days at a new consent %s', (_, daysLater) =>
    withProvider(async (provider) => {
      const browser = cookieJar();
      await connect(provider, {}, browser);
      await provider.advance(daysLater * client.days);
      const again = await connect(provider, {}, browser);
      await provider.advance(6 * client.days);
      const renewed = await refresh(provider, again.refresh_token);
      expect(renewed.status).toBe(200);
      await provider.advance(2 * client.days);
      expect((await refresh(provider, renewed.body.refresh_token)).body.error).toBe('invalid_grant');
    }),
  );

  it('leaves the first grant of a browser alone when a second consent is denied', () =>
    withProvider(async (provider) => {
      const jar = cookieJar();
      const tokens = await connect(provider, {}, jar);
      await walkConsent({ url: client.authorizationUrl(provider), decision: 'deny', jar });
      expect((await refresh(provider, tokens.refresh_token)).status).toBe(200);
    }));

  it('takes other lifetimes from its options', () =>
    withProvider(
      async (provider) => {
        const tokens = await connect(provider);
        expect(tokens.expires_in).toBe(60);
        await provider.advance(301 * client.seconds);
        expect((await refresh(provider, tokens.refresh_token)).body.error).toBe('invalid_grant');
      },
      { grantLifetimeSeconds: 300, accessTokenLifetimeSeconds: 60 },
    ));

  it('leaves the time of everybody else alone', () =>
    withProvider(async (provider) => {
      const before = Date.now();
      await provider.advance(8 * client.days);
      expect(Date.now() - before).toBeLessThan(client.hours);
      expect(new Date().getTime() - before).toBeLessThan(client.hours);
    }));

  it('moves forwards only', () =>
    withProvider(async (provider) => {
      await expect(provider.advance(-1)).rejects.toThrow('The clock moves forwards');
    }));

  it('says that the provider has stopped when it is moved afterwards', async () => {
    const provider = await startProvider({ redirectUris: [client.redirectUri] });
    await provider.stop();
    await expect(provider.advance(1)).rejects.toThrow('The demo provider has stopped.');
  });
});
