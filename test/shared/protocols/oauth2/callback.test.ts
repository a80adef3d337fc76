import { describe, expect, it } from '@jest/globals';
import { callbackState } from '#shared/protocols/oauth2/callback.ts';
import { form, ground, protocol, redirectUri } from './definition.ts';

type Parts = Readonly<Record<string, unknown>>;

const arrive = (query: string, parts: Parts = {}) =>
  protocol(parts).consent!.arrive({
    ground: ground(),
    redirectUri,
    query: new URLSearchParams(query),
    kept: { codeVerifier: 'v' },
  });

const arrived = async (query: string, parts: Parts = {}) => {
  const turn = await arrive(query, parts);
  if (!('request' in turn)) throw new Error(`It was ${turn.kind} (${turn.code}).`);
  return { code: form(turn.request)['code'], metadata: turn.metadata, next: turn.next };
};

describe('a callback', () => {
  it('is gone on from with its code', async () => {
    expect(await arrived('code=abc%2Bd&state=s&iss=https%3A%2F%2Facme.example')).toEqual({
      code: 'abc+d',
      metadata: {},
      next: undefined,
    });
  });

  it('is gone on from as in the example of RFC 6749 §4.1.2', async () => {
    expect(await arrived('code=SplxlOBeZQQYbYS6WxSbIA&state=xyz')).toMatchObject({
      code: 'SplxlOBeZQQYbYS6WxSbIA',
    });
  });

  it.each(['state', 'code', 'error', 'iss'])('refuses a %s that came twice, equal or not', async (name) => {
    const malformed = { kind: 'malformed', code: 'doubled_parameter' };
    expect(await arrive(`code=c&state=s&${name}=1&${name}=2`)).toEqual(malformed);
    expect(await arrive(`${name}=1&${name}=1`)).toEqual(malformed);
  });

  it('lets an error win over a code, as in the example of RFC 6749 §4.1.2.1', async () => {
    expect(await arrive('error=access_denied&state=xyz&code=c')).toEqual({
      kind: 'refused',
      code: 'access_denied',
    });
  });

  it.each(['', '%22quoted%22', 'a%5Cb', 'caf%C3%A9', 'a%0Ab', 'x'.repeat(101)])(
    'does not repeat an error of another form than RFC 6749 §4.1.2.1: %s',
    async (error) => {
      expect(await arrive(`error=${error}`)).toEqual({ kind: 'refused', code: 'unreadable_error' });
    },
  );

  it.each(['', 'state=s', 'code=&state=s', 'Code=c'])(
    'is malformed with neither code nor error: %j',
    async (query) => {
      expect(await arrive(query)).toEqual({ kind: 'malformed', code: 'code_missing' });
    },
  );

  it('may hold its code under another name, which must not come twice either', async () => {
    const parts = { authorizationResponse: { code: 'auth_code' } };
    expect(await arrived('auth_code=abc&state=s', parts)).toMatchObject({ code: 'abc' });
    expect(await arrive('code=abc&state=s', parts)).toEqual({ kind: 'malformed', code: 'code_missing' });
    expect(await arrive('auth_code=a&auth_code=b', parts)).toMatchObject({ kind: 'malformed' });
  });

  it('has its parameters kept as metadata under the names of the definition', async () => {
    const parts = {
      authorizationResponse: { metadata: { realm: 'realmId', zone: 'accounts-server', no: 'x' } },
    };
    const { metadata } = await arrived('code=c&state=s&realmId=46208&accounts-server=eu&other=1', parts);
    expect(metadata).toEqual({ realm: '46208', zone: 'eu' });
  });

  it('has no parameter kept that came twice or is longer than 2000 characters', async () => {
    const parts = { authorizationResponse: { metadata: { a: 'a', b: 'b', c: 'c' } } };
    const query = `code=c&a=1&a=1&b=${'x'.repeat(2001)}&c=${'x'.repeat(2000)}`;
    expect((await arrived(query, parts)).metadata).toEqual({ c: 'x'.repeat(2000) });
  });
});

describe('the issuer of a callback (RFC 9207)', () => {
  const issuer = 'https://honest.as.example';
  const iss = (value: string) => `&iss=${encodeURIComponent(value)}`;

  it('is taken when it is the one of the definition', async () => {
    expect(await arrived(`code=x1848ZT64p4IirMPT0R-X3141MFPTuBX${iss(issuer)}`, { issuer })).toMatchObject({
      code: 'x1848ZT64p4IirMPT0R-X3141MFPTuBX',
    });
  });

  it.each(['https://evil.example', 'https://honest.as.example/', 'HTTPS://honest.as.example', ''])(
    'is refused when it is %j, compared letter by letter',
    async (other) => {
      const refused = { kind: 'refused', code: 'iss_mismatch' };
      expect(await arrive(`code=c${iss(other)}`, { issuer })).toEqual(refused);
      expect(await arrive(`error=access_denied${iss(other)}`, { issuer })).toEqual(refused);
    },
  );

  it('may be missing unless the provider is known to send it', async () => {
    expect(await arrived('code=c', { issuer })).toMatchObject({ code: 'c' });
    const always = { issuer, authorizationResponse: { requireIss: true } };
    const refused = { kind: 'refused', code: 'iss_missing' };
    expect(await arrive('code=c', always)).toEqual(refused);
    expect(await arrive('error=access_denied', always)).toEqual(refused);
    expect(await arrived(`code=c${iss(issuer)}`, always)).toMatchObject({ code: 'c' });
  });

  it('is ignored where the definition names none', async () => {
    expect(await arrived(`code=c${iss('https://any.example')}`)).toMatchObject({ code: 'c' });
  });
});

describe('the state of a callback', () => {
  it('is the one that came', () => {
    expect(callbackState(new URLSearchParams('state=s&code=c'))).toBe('s');
  });

  it('is none when there is none, or two', () => {
    expect(callbackState(new URLSearchParams('code=c'))).toBeUndefined();
    expect(callbackState(new URLSearchParams('state=s&state=s'))).toBeUndefined();
  });
});
