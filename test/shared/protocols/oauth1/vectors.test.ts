import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { baseString } from '#shared/protocols/oauth1/base-string.ts';
import { bodyHash } from '#shared/protocols/oauth1/body-hash.ts';
import { UnusableSecret } from '#shared/protocols/unusable.ts';
import { oauth1Protocol } from '#shared/protocols/oauth1/protocol.ts';
import { signatureOf, type SignatureMethod } from '#shared/protocols/oauth1/signature.ts';
import { secret } from '#shared/secret.ts';
import { bytes, fixedTokens, form, groundOf } from './ground.ts';

/** The key of the OAuth community's published test cases (section 9.3). */
const publishedKey = `-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALRiMLAh9iimur8V
A7qVvdqxevEuUkW4K+2KdMXmnQbG9Aa7k7eBjK1S+0LYmVjPKlJGNXHDGuy5Fw/d
7rjVJ0BLB+ubPK8iA/Tw3hLQgXMRRGRXXCn8ikfuQfjUS1uZSatdLB81mydBETlJ
hI6GH4twrbDJCR2Bwy/XWXgqgGRzAgMBAAECgYBYWVtleUzavkbrPjy0T5FMou8H
X9u2AC2ry8vD/l7cqedtwMPp9k7TubgNFo+NGvKsl2ynyprOZR1xjQ7WgrgVB+mm
uScOM/5HVceFuGRDhYTCObE+y1kxRloNYXnx3ei1zbeYLPCHdhxRYW7T0qcynNmw
rn05/KO2RLjgQNalsQJBANeA3Q4Nugqy4QBUCEC09SqylT2K9FrrItqL2QKc9v0Z
zO2uwllCbg0dwpVuYPYXYvikNHHg+aCWF+VXsb9rpPsCQQDWR9TT4ORdzoj+Nccn
qkMsDmzt0EfNaAOwHOmVJ2RVBspPcxt5iN4HI7HNeG6U5YsFBb+/GZbgfBT3kpNG
WPTpAkBI+gFhjfJvRw38n3g/+UeAkwMI2TJQS4n8+hid0uus3/zOjDySH3XHCUno
cn1xOJAyZODBo47E+67R4jV1/gzbAkEAklJaspRPXP877NssM5nAZMU0/O/NGCZ+
3jPgDUno6WbJn5cqm8MqWhW1xGkImgRk+fkDBquiq4gPiT898jusgQJAd5Zrr6Q8
AO/0isr/3aa6O6NLQxISLKcPDk2NOccAfS/xOtfOz4sJYM3+Bs4Io9+dZGSDCA54
Lw03eHTNQghS0A==
-----END PRIVATE KEY-----
`;

const signatureIn = (headers: readonly (readonly [string, string])[]) =>
  decodeURIComponent(/oauth_signature="([^"]*)"/.exec(headers[0]?.[1] ?? '')?.[1] ?? '');

describe('published examples', () => {
  it('signs the photo of OAuth Core 1.0, appendix A.5', async () => {
    const signed = await oauth1Protocol(
      fixedTokens({ version: true, token: 'nnch734d00sl2jdk', tokenSecret: 'pfkkdhi9sl3r4s00' }),
    ).sign!({
      ground: groundOf({ nonce: 'kllo9940pd9333jh', seconds: 1191242096 }),
      method: 'GET',
      url: new URL('http://photos.example.net/photos?file=vacation.jpg&size=original'),
      headers: [],
      body: undefined,
    });
    expect(signatureIn(signed.headers)).toBe('tR3+Ty81lMeYAr/Fid0kMTYa/WM=');
  });

  it.each([
    ['status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21'],
    ['status=Hello+Ladies+%2b+Gentlemen,+a+signed+OAuth+request!'],
  ])("signs Twitter's post, its form written as %s", async (text) => {
    const signed = await oauth1Protocol(
      fixedTokens({
        version: true,
        consumerKey: 'xvz1evFS4wEEPTGEFPHBog',
        token: '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb',
        tokenSecret: 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE',
      }),
    ).sign!({
      ground: groundOf({
        nonce: 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg',
        seconds: 1318622958,
        secrets: { consumerSecret: 'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw' },
      }),
      method: 'POST',
      url: new URL('https://api.twitter.com/1/statuses/update.json?include_entities=true'),
      headers: [form],
      body: bytes(text),
    });
    expect(signatureIn(signed.headers)).toBe('tnnArxj06cWHq44gCs1OSKk/jLY=');
  });

  it('signs with RSA-SHA1 as the test cases of section 9.3 do', async () => {
    const signed = await oauth1Protocol(fixedTokens({ version: true, signatureMethod: 'RSA-SHA1' })).sign!({
      ground: groundOf({
        nonce: '13917289812797014437',
        seconds: 1196666512,
        secrets: { privateKey: publishedKey },
      }),
      method: 'GET',
      url: new URL('http://photos.example.net/photos?file=vacaction.jpg&size=original'),
      headers: [],
      body: undefined,
    });
    expect(signatureIn(signed.headers)).toBe(
      'jvTp/wX1TYtByB1m+Pbyo0lnCOLIsyGCH7wke8AUs3BpnwZJtAuEJkvQL2/9n4s5wUmUl4aCI4BwpraNx4RtEXMe5qg5T1LVTGliMRpKasKs' +
        'W//e+RinhejgCuzoH26dyF8iY2ZZ/5D1ilgeijhV/vBka5twt399mXwaYdCwFYE=',
    );
  });

  it.each<[SignatureMethod, string, string, string, string]>([
    ['HMAC-SHA1', 'bs', 'cs', '', 'egQqG5AJep5sJ7anhXju1unge2I='],
    ['HMAC-SHA1', 'bs', 'cs', 'ts', 'VZVjXceV7JgPq/dOTnNmEfO0Fv8='],
    ['PLAINTEXT', 'bs', 'djr9rjt0jd78jf88', 'jjd99$tj88uiths3', 'djr9rjt0jd78jf88&jjd99%24tj88uiths3'],
    ['PLAINTEXT', 'bs', 'djr9rjt0jd78jf88', '', 'djr9rjt0jd78jf88&'],
  ])('makes the %s signature of %s with %s and %j', (method, base, application, tokenSecret, expected) => {
    const key = { application: secret(application), tokenSecret: secret(tokenSecret) };
    expect(signatureOf(method, base, key)).toBe(expected);
  });

  it.each<[SignatureMethod, string]>([
    ['HMAC-SHA1', 'wsdNmjGB7lvis0UJuPAmjvX/PXw='],
    ['HMAC-SHA256', 'wdfdHUKXHbOnOGZP8WFAWMSAmWzN3EVBWWgXGlC/Eo4='],
  ])(
    'signs the base string of RFC 5849 §3.4.1.1 with %s and secrets that hold spaces',
    (method, expected) => {
      const base =
        'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540' +
        '%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method' +
        '%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7';
      const key = {
        application: secret('ECrDNoq1VYzzzzzzzzzyAK7TwZNtPnkqatqZZZZ'),
        tokenSecret: secret('just-a-string    asdasd'),
      };
      expect(signatureOf(method, base, key)).toBe(expected);
    },
  );
});

describe('oauth_body_hash', () => {
  it('is that of appendix A.1 of its specification, and stands in the base string as there', async () => {
    const hash = bodyHash('HMAC-SHA1', bytes('Hello World!'));
    expect(hash).toBe('Lve95gjOVATpfV8EL5X4nxwjKHE=');
    expect(
      baseString({
        method: 'PUT',
        url: new URL('http://www.example.com/resource'),
        form: undefined,
        parameters: [
          ['oauth_version', '1.0'],
          ['oauth_body_hash', hash],
          ['oauth_consumer_key', 'consumer'],
          ['oauth_nonce', '10369470270925'],
          ['oauth_signature_method', 'HMAC-SHA1'],
          ['oauth_timestamp', '1236874236'],
          ['oauth_token', 'token'],
        ],
      }),
    ).toBe(
      'PUT&http%3A%2F%2Fwww.example.com%2Fresource&oauth_body_hash%3DLve95gjOVATpfV8EL5X4nxwjKHE%253D' +
        '%26oauth_consumer_key%3Dconsumer%26oauth_nonce%3D10369470270925%26oauth_signature_method%3DHMAC-SHA1' +
        '%26oauth_timestamp%3D1236874236%26oauth_token%3Dtoken%26oauth_version%3D1.0',
    );
    const signed = await oauth1Protocol(
      fixedTokens({ version: true, bodyHash: true, consumerKey: 'consumer', token: 'token' }),
    ).sign!({
      ground: groundOf({ nonce: '10369470270925', seconds: 1236874236 }),
      method: 'PUT',
      url: new URL('http://www.example.com/resource'),
      headers: [['Content-Type', 'text/plain']],
      body: bytes('Hello World!'),
    });
    expect(signed.headers[0]?.[1]).toContain('oauth_body_hash="Lve95gjOVATpfV8EL5X4nxwjKHE%3D"');
  });

  it('is that of appendix A.2 where there is no body', () => {
    expect(bodyHash('RSA-SHA1', undefined)).toBe('2jmj7l5rSw0yVb/vlWAYkK/YBwk=');
    expect(bodyHash('PLAINTEXT', new Uint8Array())).toBe('2jmj7l5rSw0yVb/vlWAYkK/YBwk=');
  });

  it('is of SHA-256 where the signature is', () => {
    expect(bodyHash('HMAC-SHA256', bytes('Hello World!'))).toBe(
      'f4OxZX/x/FO5LcGBSKHWXfwtSx+j1ncoSt3SABJtkGk=',
    );
  });
});

describe('a private key', () => {
  const otherKey = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

  it('makes signatures that its public key verifies', () => {
    const key = { application: secret(publishedKey), tokenSecret: secret('not used') };
    const signature = signatureOf('RSA-SHA1', 'base', key);
    const publicKey = createPublicKey(publishedKey);
    expect(verify('sha1', Buffer.from('base'), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
  });

  it.each([
    ['is no PEM', 'hunter2-hunter2'],
    ['is not of RSA', otherKey],
  ])('that %s is refused without a word of it', (_, text) => {
    const key = { application: secret(text), tokenSecret: secret('') };
    const attempt = () => signatureOf('RSA-SHA1', 'base', key);
    expect(attempt).toThrow(UnusableSecret);
    expect(attempt).toThrow(
      /^The private key of the OAuth application is no RSA key in PEM \(PKCS #8\): set privateKey anew\.$/,
    );
  });
});
