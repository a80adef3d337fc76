import { describe, expect, it } from '@jest/globals';
import { OAuth1Definition } from '#shared/protocols/oauth1/definition.ts';
import { oauth1Protocol } from '#shared/protocols/oauth1/protocol.ts';
import { fixedTokens, groundOf, threeLegged } from './ground.ts';
import { refusal } from './verifier.ts';

const revocation = { url: 'https://photos.example.net/invalidate', form: { token: '{{access_token}}' } };

describe('the OAuth 1 protocol', () => {
  it('lists every template with what may fill it', () => {
    const { settings } = oauth1Protocol(
      threeLegged({ authorizationParams: { name: '{{app}}' }, revocation }),
    );
    expect(settings.map(({ path, is, filledFrom }) => `${path} ${is} ${filledFrom}`)).toEqual([
      'consumerKey text fields',
      'realm text fields',
      'requestTokenUrl url fields',
      'authorizationUrl url fields',
      'accessTokenUrl url fields',
      'authorizationParams.name text fields',
      'revocation.url url answers',
      'revocation.form.token text answers',
    ]);
    expect(
      oauth1Protocol(fixedTokens({ token: '{{t}}', tokenSecret: '{{s}}' })).settings.map(({ path }) => path),
    ).toEqual(['consumerKey', 'token', 'tokenSecret']);
  });

  it('provides the token and the metadata of a consent, never the secret of the token', () => {
    expect(oauth1Protocol(threeLegged({ metadata: { user: 'user_id' } })).provides).toEqual([
      'access_token',
      'metadata.user',
    ]);
    expect(oauth1Protocol(fixedTokens()).provides).toEqual([]);
  });

  it('needs the private key for RSA-SHA1, the consumer secret for all else', () => {
    expect(oauth1Protocol(fixedTokens({ signatureMethod: 'RSA-SHA1' })).needsSecrets).toEqual(['privateKey']);
    expect(oauth1Protocol(fixedTokens({ signatureMethod: 'PLAINTEXT' })).needsSecrets).toEqual([
      'consumerSecret',
    ]);
  });

  it('asks nobody for tokens that are there already', () => {
    const protocol = oauth1Protocol(fixedTokens());
    expect([protocol.consent, protocol.issue, protocol.renew, protocol.revoke]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('takes the statuses that end a token from the definition', () => {
    expect(
      oauth1Protocol(threeLegged({ refresh: { on: [{ status: 401 }, { status: 403 }] } })).refusedBy,
    ).toEqual([401, 403]);
    expect(oauth1Protocol(threeLegged()).refusedBy).toEqual([]);
  });

  it('sends oauth_version unless the definition says otherwise', () => {
    const { version, ...rest } = fixedTokens();
    expect(version).toBe(false);
    expect(OAuth1Definition.parse(rest).version).toBe(true);
  });
});

describe('taking a grant back', () => {
  const ground = groundOf({ values: { access_token: 'a b', token_secret: 'sec' } });

  it.each(['header', 'query', 'body'])(
    'signs the request that the definition describes, in the %s',
    async (place) => {
      const protocol = oauth1Protocol(threeLegged({ revocation, signatureIn: place }));
      const [request, ...more] = await protocol.revoke!(ground, undefined);
      expect(more).toEqual([]);
      expect(request!.body).toMatch(/^token=a\+b/);
      const arrived = {
        method: request!.method,
        href: request!.url,
        headers: request!.headers,
        body: Buffer.from(request!.body!),
      };
      const known = { consumerSecret: 'kd94hf93k423kf44', tokenSecret: 'sec' };
      expect(JSON.stringify(request)).toContain('oauth_signature');
      expect(refusal(arrived, known)).toBeUndefined();
    },
  );

  it('leaves a request alone that has an Authorization of its own', async () => {
    const described = { ...revocation, headers: { Authorization: 'Bearer {{access_token}}' } };
    const [request] = await oauth1Protocol(threeLegged({ revocation: described })).revoke!(ground, undefined);
    expect(request!.headers).toContainEqual(['authorization', 'Bearer a b']);
    expect(JSON.stringify(request)).not.toContain('oauth_signature');
  });
});
