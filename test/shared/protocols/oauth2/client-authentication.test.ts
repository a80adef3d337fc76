import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { jwtVerify, type JWTPayload } from 'jose';
import { UnusableSecret } from '#shared/protocols/unusable.ts';
import type { Ground, ProviderRequest } from '#shared/protocols/protocol.ts';
import { secret } from '#shared/secret.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';
import { basicOf, clientSecret, exchange, form, ground, header, now, protocol } from './definition.ts';

type Parts = Readonly<Record<string, unknown>>;

const revocationUrl = 'https://acme.example/revoke';

/** Every request in which the client proves who it is. */
const requests: Readonly<
  Record<string, (parts: Parts, given?: Partial<Ground>) => Promise<ProviderRequest>>
> = {
  exchange,
  refresh: async (parts, given) => (await protocol(parts).renew!(ground(given), secret('rt'))).request,
  'client credentials': async (parts, given) =>
    (await protocol({ ...parts, grant: 'client_credentials' }).issue!(ground(given))).request,
  password: async (parts, given = {}) => {
    const values = { sub: 'eu', username: 'u', password: 'p', ...given.values };
    return (await protocol({ ...parts, grant: 'password' }).issue!(ground({ ...given, values }))).request;
  },
  revocation: async (parts, given) =>
    (await protocol({ ...parts, revocationUrl }).revoke!(ground(given), secret('rt')))[0]!,
};

describe.each(Object.entries(requests))('client authentication at %s', (_, build) => {
  it('is basic, form-encoded as RFC 6749 §2.3.1 has it, unless the definition says otherwise', async () => {
    const request = await build({});
    const [id = '', ...rest] = basicOf(request).split(':');
    expect(rest).toHaveLength(1);
    expect([id, rest[0] ?? ''].map((part) => new URLSearchParams(`v=${part}`).get('v'))).toEqual([
      'cli ent:1',
      clientSecret.reveal(),
    ]);
    expect(id).toBe('cli+ent%3A1');
    expect(request.body).not.toContain('client_secret');
  });

  it('is raw basic where the provider does not decode', async () => {
    expect(basicOf(await build({ clientAuthentication: 'client_secret_basic_raw' }))).toBe(
      `cli ent:1:${clientSecret.reveal()}`,
    );
  });

  it('is id and secret in the body', async () => {
    const request = await build({ clientAuthentication: 'client_secret_post' });
    expect(form(request)).toMatchObject({ client_id: 'cli ent:1', client_secret: clientSecret.reveal() });
    expect(header(request, 'authorization')).toBeUndefined();
  });

  it('is the id alone for a client without a secret, even if one is set', async () => {
    for (const secrets of [undefined, { clientSecret }]) {
      const request = await build({ clientAuthentication: 'none' }, { secrets: secrets ?? {} });
      expect(form(request)).toMatchObject({ client_id: 'cli ent:1' });
      expect(request.body).not.toContain('client_secret');
      expect(header(request, 'authorization')).toBeUndefined();
    }
  });

  it('is an assertion that its public key verifies', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const request = await build(
      { clientAuthentication: 'private_key_jwt' },
      { secrets: { privateKey: secret(pem) } },
    );
    const sent = form(request);
    expect(sent).toMatchObject({
      client_id: 'cli ent:1',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    const audience = 'https://eu.acme.example/token';
    await jwtVerify(sent['client_assertion']!, publicKey, { audience, currentDate: new Date(now) });
    expect(header(request, 'authorization')).toBeUndefined();
  });

  it('bears names of the provider’s own', async () => {
    const request = await build({
      clientAuthentication: 'client_secret_post',
      parameterNames: { client_id: 'client_key', client_secret: 'app_secret' },
    });
    expect(form(request)).toMatchObject({ client_key: 'cli ent:1', app_secret: clientSecret.reveal() });
    expect(form(request)).not.toHaveProperty('client_id');
  });

  it('takes id and secret from the fields of an auth', async () => {
    const request = await build(
      { clientAuthentication: 'client_secret_post', clientId: '{{client_id}}' },
      {
        values: { sub: 'eu', client_id: 'own', client_secret: 'own {{sub}} secret' },
        secrets: { clientSecret: secret('{{client_secret}}') },
      },
    );
    expect(form(request)).toMatchObject({ client_id: 'own', client_secret: 'own {{sub}} secret' });
  });

  it.each(['client_secret_basic', 'client_secret_basic_raw', 'client_secret_post', 'private_key_jwt'])(
    'by %s says what to do when the secret is missing or empty',
    async (clientAuthentication) => {
      const name = clientAuthentication === 'private_key_jwt' ? 'privateKey' : 'clientSecret';
      for (const secrets of [{}, { [name]: secret('') }]) {
        const failing = build({ clientAuthentication }, { secrets });
        await expect(failing).rejects.toThrow(UnusableSecret);
        await expect(failing).rejects.toThrow(`Set auth.${name} of the service`);
      }
    },
  );
});

describe('the client assertion (RFC 7523 §3)', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pemOf = (key: typeof ec.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

  const assertion = async (key: string, privateKeyJwt: Parts = {}, parts: Parts = {}) => {
    const request = await exchange(
      {
        clientAuthentication: 'private_key_jwt',
        privateKeyJwt: { algorithm: 'ES256', ...privateKeyJwt },
        ...parts,
      },
      { secrets: { privateKey: secret(key) } },
    );
    return form(request)['client_assertion']!;
  };

  const verified = async (key: string, settings: Parts = {}, parts: Parts = {}) =>
    jwtVerify(await assertion(key, settings, parts), ec.publicKey, { currentDate: new Date(now) });

  it('holds issuer, subject, audience, times and an id, and nothing else', async () => {
    const { payload, protectedHeader } = await verified(pemOf(ec.privateKey));
    const expected: JWTPayload = {
      iss: 'cli ent:1',
      sub: 'cli ent:1',
      aud: 'https://eu.acme.example/token',
      iat: now / 1000,
      exp: now / 1000 + 60,
      jti: expect.stringMatching(/^[\w-]{22}$/) as unknown as string,
    };
    expect(payload).toEqual(expected);
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT' });
  });

  it('bears the key id, audience and life of the definition', async () => {
    const settings = { keyId: 'key-1', audience: 'https://{{sub}}.acme.example', lifetimeSeconds: 300 };
    const { payload, protectedHeader } = await verified(pemOf(ec.privateKey), settings);
    expect(protectedHeader.kid).toBe('key-1');
    expect([payload.aud, payload.exp! - payload.iat!]).toEqual(['https://eu.acme.example', 300]);
  });

  it('is for the token URL with its query string, also where refresh tokens are spent elsewhere', async () => {
    const { request } = await protocol({
      clientAuthentication: 'private_key_jwt',
      privateKeyJwt: { algorithm: 'ES256' },
      tokenUrl: 'https://acme.example/token?p=1',
      refresh: { url: 'https://acme.example/refresh' },
    }).renew!(ground({ secrets: { privateKey: secret(pemOf(ec.privateKey)) } }), secret('rt'));
    const { payload } = await jwtVerify(form(request)['client_assertion']!, ec.publicKey, {
      currentDate: new Date(now),
    });
    expect([request.url, payload.aud]).toEqual([
      'https://acme.example/refresh',
      'https://acme.example/token?p=1',
    ]);
  });

  it('is made with a JWK, whose key id it bears', async () => {
    const jwk = JSON.stringify({ ...ec.privateKey.export({ format: 'jwk' }), kid: 'of-the-jwk' });
    expect((await verified(jwk)).protectedHeader.kid).toBe('of-the-jwk');
    expect((await verified(jwk, { keyId: 'mine' })).protectedHeader.kid).toBe('mine');
  });

  it('is made with a PEM whose line breaks became two characters each', async () => {
    await verified(pemOf(ec.privateKey).replaceAll('\n', '\\n'));
  });

  it('has another id at each request', async () => {
    const requests = await protocol({
      clientAuthentication: 'private_key_jwt',
      privateKeyJwt: { algorithm: 'ES256' },
      revocationUrl,
    }).revoke!(
      ground({
        values: { sub: 'eu', access_token: 'at' },
        secrets: { privateKey: secret(pemOf(ec.privateKey)) },
      }),
      secret('rt'),
    );
    const ids = await Promise.all(
      requests.map(async (request) => {
        const options = { currentDate: new Date(now) };
        return (await jwtVerify(form(request)['client_assertion']!, ec.publicKey, options)).payload.jti;
      }),
    );
    expect(new Set(ids).size).toBe(2);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed = generateKeyPairSync('ed25519');
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  it.each([
    ['RS256', rsa],
    ['PS256', rsa],
    ['ES256', ec],
    ['ES384', p384],
    ['EdDSA', ed],
  ])('can be signed by %s', async (algorithm, { publicKey, privateKey }) => {
    const text = await assertion(pemOf(privateKey), { algorithm });
    const { protectedHeader } = await jwtVerify(text, publicKey, { currentDate: new Date(now) });
    expect(protectedHeader.alg).toBe(algorithm);
  });

  it.each<[string, string]>([
    ['no key at all', 'super-private-text'],
    ['a PEM that was cut off', pemOf(ec.privateKey).slice(0, 80)],
    ['a public key', ec.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['a key of another kind', pemOf(rsa.privateKey)],
    ['a key of another curve', pemOf(p384.privateKey)],
    ['JSON that is no key', '{"kty":"super-private-text"}'],
    ['JSON that was cut off', '{"kty":"super-private-text'],
    ['a public JWK', JSON.stringify(ec.publicKey.export({ format: 'jwk' }))],
    [
      'a key under a passphrase',
      ec.privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
    ],
  ])('is not made with %s, and what that held is not told', async (_, key) => {
    const error: unknown = await assertion(key).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnusableSecret);
    expect((error as Error).message).toBe(
      'The privateKey cannot sign with ES256. Set auth.privateKey to an unencrypted private key of that kind, PKCS #8 in PEM or a JWK.',
    );
    expect((error as Error).cause).toBeUndefined();
  });

  it('names the field that the audience lacks', async () => {
    await expect(assertion(pemOf(ec.privateKey), { audience: '{{tenant}}' })).rejects.toThrow(
      UnfilledPlaceholder,
    );
  });
});
