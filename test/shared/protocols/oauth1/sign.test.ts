import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UnusableRequest, UnusableSecret } from '#shared/protocols/unusable.ts';
import { oauth1Protocol } from '#shared/protocols/oauth1/protocol.ts';
import type { Pairs, Signed } from '#shared/protocols/protocol.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';
import { bytes, fixedTokens, form, groundOf, threeLegged } from './ground.ts';
import { refusal } from './verifier.ts';

interface Call {
  readonly definition?: Readonly<Record<string, unknown>>;
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Pairs;
  readonly body?: string | Uint8Array;
  readonly ground?: Parameters<typeof groundOf>[0];
}

const sign = ({ definition, method = 'POST', url, headers = [], body, ground }: Call): Promise<Signed> =>
  oauth1Protocol(fixedTokens({ token: 'tok', tokenSecret: 'tok secret', ...definition })).sign!({
    ground: groundOf(ground),
    method,
    url: new URL(url ?? 'https://api.example/v1/things'),
    headers,
    body: typeof body === 'string' ? bytes(body) : body,
  });

const text = (body: Uint8Array | undefined) => Buffer.from(body ?? []).toString('latin1');

describe('where the parameters of a signed call go', () => {
  it('leaves URL and body as they were sent when they go into the header', async () => {
    const url = 'https://api.example/a%2fb/%7Ec?x=a+b&&y=%7e&=&x=%zz&flag';
    const signed = await sign({ url, headers: [form], body: 'b=+%2b&a' });
    expect(signed.url.href).toBe(url);
    expect(text(signed.body)).toBe('b=+%2b&a');
    expect(signed.headers.map(([name]) => name)).toEqual(['authorization']);
  });

  it('adds them to the query and changes nothing else', async () => {
    const url = 'https://api.example/a?x=a+b&&y=%7e';
    const signed = await sign({ definition: { signatureIn: 'query' }, url, body: '{}' });
    expect(signed.url.href).toMatch(
      /^https:\/\/api\.example\/a\?x=a\+b&&y=%7e&oauth_consumer_key=.*&oauth_signature=/,
    );
    expect(signed.headers).toEqual([]);
    expect(text(signed.body)).toBe('{}');
  });

  it.each([['application/x-www-form-urlencoded'], ['Application/X-WWW-Form-URLEncoded ; charset=UTF-8']])(
    'adds them to a body of %s',
    async (type) => {
      const signed = await sign({
        definition: { signatureIn: 'body' },
        headers: [['Content-Type', type]],
        body: 'a=+1',
      });
      expect(text(signed.body)).toMatch(/^a=\+1&oauth_consumer_key=.*&oauth_signature=/);
      expect(signed.url.href).toBe('https://api.example/v1/things');
      expect(signed.headers).toEqual([]);
    },
  );

  it.each<[string, Pairs, string | undefined]>([
    ['JSON', [['content-type', 'application/json']], '{}'],
    [
      'something that only begins like a form',
      [['content-type', 'application/x-www-form-urlencoded2']],
      'a=1',
    ],
    ['no body', [form], undefined],
  ])('takes the header instead of the body for %s', async (_, headers, body) => {
    const signed = await sign({
      definition: { signatureIn: 'body' },
      headers,
      ...(body !== undefined && { body }),
    });
    expect(signed.headers.map(([name]) => name)).toEqual(['authorization']);
    expect(text(signed.body)).toBe(body ?? '');
  });

  it('puts the realm into the header only', async () => {
    const definition = { realm: '{{account}}' };
    const ground = { values: { account: '1234_SB1' } };
    const header = await sign({ definition, ground });
    const query = await sign({ definition: { ...definition, signatureIn: 'query' }, ground });
    expect(header.headers[0]?.[1]).toMatch(/^OAuth realm="1234_SB1", oauth_consumer_key=/);
    expect(query.url.href).not.toContain('realm');
  });
});

describe('a call that cannot be signed as it is', () => {
  it.each<[string, Call]>([
    ['a parameter of its own in the query', { url: 'https://api.example/?oauth_token=mine' }],
    ['a parameter of its own in the query, encoded', { url: 'https://api.example/?%6fauth%5Fnonce=1' }],
    ['a parameter of its own in the form', { headers: [form], body: 'a=1&oauth_signature=x' }],
    ['a signature of its own', { headers: [['Authorization', 'OAuth oauth_token="mine"']] }],
  ])('is refused when it brings %s', async (_, call) => {
    await expect(sign(call)).rejects.toThrow(UnusableRequest);
    await expect(sign(call)).rejects.toThrow('leave');
    await expect(sign(call)).rejects.not.toThrow('mine');
  });

  it('is refused when its form is compressed', async () => {
    const call = { headers: [form, ['Content-Encoding', 'gzip']] as const, body: 'x' };
    await expect(sign(call)).rejects.toThrow('send it without Content-Encoding');
  });

  it('is let through when only values, JSON bodies or other schemes speak of OAuth', async () => {
    const url = 'https://api.example/?q=oauth_token';
    const headers = [
      ['content-type', 'application/json'],
      ['authorization', 'Bearer x'],
    ] as const;
    await expect(sign({ url, headers, body: 'oauth_token=x' })).resolves.toMatchObject({ url: new URL(url) });
  });
});

describe('what a call is signed with', () => {
  it('sends no token in two-legged calls', async () => {
    const signed = await sign({
      definition: { token: undefined, tokenSecret: undefined, signatureMethod: 'PLAINTEXT' },
    });
    expect(signed.headers[0]?.[1]).not.toContain('oauth_token');
    expect(signed.headers[0]?.[1]).toContain('oauth_signature="kd94hf93k423kf44%26"');
  });

  it('fills consumer key, token and secrets with the fields of the auth', async () => {
    const signed = await sign({
      definition: {
        consumerKey: '{{key}}',
        token: '{{tok}}',
        tokenSecret: '{{tok_secret}}',
        signatureMethod: 'PLAINTEXT',
      },
      ground: {
        values: { key: 'k&1', tok: 't{{key}}', tok_secret: 's 2', app: 'a&b' },
        secrets: { consumerSecret: '{{app}}' },
      },
    });
    const header = signed.headers[0]?.[1];
    expect(header).toContain('oauth_consumer_key="k%261"');
    expect(header).toContain('oauth_token="t%7B%7Bkey%7D%7D"');
    expect(header).toContain('oauth_signature="a%2526b%26s%25202"');
  });

  it('says which secret is missing and what to do', async () => {
    const attempt = sign({ ground: { secrets: {} } });
    await expect(attempt).rejects.toThrow(UnusableSecret);
    await expect(attempt).rejects.toThrow(
      'The OAuth application has no consumerSecret, which HMAC-SHA1 needs: set it in the service.',
    );
    await expect(sign({ definition: { signatureMethod: 'RSA-SHA1' } })).rejects.toThrow('has no privateKey');
  });

  it('names the token that an auth by consent lacks', async () => {
    const input = {
      ground: groundOf(),
      method: 'GET',
      url: new URL('https://a.example/'),
      headers: [],
      body: undefined,
    };
    await expect(oauth1Protocol(threeLegged()).sign!(input)).rejects.toThrow(UnfilledPlaceholder);
    const half = { ...input, ground: groundOf({ values: { access_token: 'a' } }) };
    await expect(oauth1Protocol(threeLegged()).sign!(half)).rejects.toThrow('{{token_secret}}');
  });

  it('makes a nonce of 24 letters and digits from any bytes, another for each call', async () => {
    let next = 0;
    const call = () =>
      oauth1Protocol(fixedTokens()).sign!({
        ground: { ...groundOf(), bytes: (length) => Uint8Array.from({ length }, () => (next += 37)) },
        method: 'GET',
        url: new URL('https://a.example/'),
        headers: [],
        body: undefined,
      });
    const nonces = [await call(), await call()].map(
      ({ headers }) => /oauth_nonce="([^"]*)"/.exec(headers[0]?.[1] ?? '')?.[1],
    );
    expect(nonces).toEqual([
      expect.stringMatching(/^[A-Za-z0-9]{24}$/),
      expect.stringMatching(/^[A-Za-z0-9]{24}$/),
    ]);
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it.each<[string, Call, boolean]>([
    ['JSON', { headers: [['content-type', 'application/json']], body: '{}' }, true],
    ['no body', { method: 'GET' }, true],
    ['a form', { headers: [form], body: 'a=1' }, false],
    ['an empty form', { headers: [form], body: '' }, false],
  ])('states the hash of a body: %s', async (_, call, expected) => {
    const signed = await sign({ ...call, definition: { bodyHash: true } });
    expect(signed.headers[0]?.[1].includes('oauth_body_hash')).toBe(expected);
  });
});

describe('a provider that follows RFC 5849', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  const bit = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('a', 'A', 'b', '0', '~', '-', '_', '.', 'a1', 'a-') },
    fc.constantFrom(
      '+',
      '%20',
      '%2B',
      '%2b',
      '%26',
      '%3D',
      '%',
      '%zz',
      '%4',
      '%7e',
      '%41',
      '*',
      "'",
      '(',
      '!',
      '$',
      ',',
      '/',
      '?',
      ':',
      '@',
      ';',
      '[',
      '|',
    ),
    fc.constantFrom('%C3%A9', '%e3%80%81', '%FF', '%00', '%0A', '%F0%9F%98%80'),
  );
  const word = fc.array(bit, { maxLength: 5 }).map((bits) => bits.join(''));
  const pair = fc.oneof(
    word,
    fc.tuple(word, word).map((both) => both.join('=')),
    fc.tuple(word, word, word).map((three) => three.join('=')),
  );
  const raw = fc.array(pair, { maxLength: 6 }).map((parts) => parts.join('&'));
  const path = fc
    .array(fc.constantFrom('v1', '%2F', '%2f', '%20', '~x', '%7E', "a'b", '(1)', 'é', 'a;b', '%25'), {
      maxLength: 4,
    })
    .map((parts) => `/${parts.join('/')}`);
  const origin = fc.constantFrom(
    'http://API.example:80',
    'https://api.example:443',
    'https://api.example:8443',
    'http://127.0.0.1:443',
    'http://[::1]:8080',
  );
  const body = fc.oneof(
    fc.record({
      type: fc.constantFrom(
        'application/x-www-form-urlencoded',
        'application/x-www-form-urlencoded; charset=utf-8',
      ),
      bytes: raw.map(bytes),
    }),
    fc.record({ type: fc.constant('application/json'), bytes: fc.uint8Array({ maxLength: 20 }) }),
    fc.constant(undefined),
  );
  const credential = fc
    .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
    .filter((value) => !value.includes('{{'));

  it('accepts every call, whatever its query and body', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          origin,
          path,
          body,
          query: raw,
          method: fc.constantFrom('GET', 'POST', 'put', 'DELETE'),
          signatureMethod: fc.constantFrom('HMAC-SHA1', 'HMAC-SHA256', 'RSA-SHA1', 'PLAINTEXT'),
          signatureIn: fc.constantFrom('header', 'query', 'body'),
          bodyHash: fc.boolean(),
          version: fc.boolean(),
          consumerSecret: credential,
          token: fc.option(credential, { nil: undefined }),
          tokenSecret: credential,
        }),
        async ({
          origin: server,
          path: way,
          body: sent,
          query,
          method,
          consumerSecret,
          tokenSecret,
          token,
          ...parts
        }) => {
          const url = `${server}${way}${query === '' ? '' : `?${query}`}`;
          const headers: Pairs = sent ? [['Content-Type', sent.type]] : [];
          const signed = await sign({
            definition: {
              ...parts,
              realm: 'Some "realm"'.slice(0, 4),
              token,
              tokenSecret: token && tokenSecret,
            },
            method,
            url,
            headers,
            ...(sent && { body: sent.bytes }),
            ground: { secrets: { consumerSecret, privateKey: pem } },
          });
          const arrived = {
            method,
            href: signed.url.href,
            headers: [...headers, ...signed.headers],
            body: signed.body,
          };
          const known = { consumerSecret, tokenSecret: token === undefined ? '' : tokenSecret, publicKey };
          expect(refusal(arrived, known)).toBeUndefined();
          expect(
            refusal(
              { ...arrived, href: `${arrived.href}${arrived.href.includes('?') ? '&' : '?'}z=1` },
              known,
            ),
          ).toEqual(parts.signatureMethod === 'PLAINTEXT' ? undefined : expect.stringContaining('wrong'));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
