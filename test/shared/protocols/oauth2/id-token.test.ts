import { describe, expect, it } from '@jest/globals';
import type { Departure, Values } from '#shared/protocols/protocol.ts';
import { ground, now, protocol, redirectUri } from './definition.ts';

type Claims = Readonly<Record<string, unknown>>;

const issuer = 'https://acme.example';
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: Claims) => `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;

const depart = async (scopes: readonly string[], parts: Claims = { issuer }): Promise<Values> => {
  const departure = await protocol(parts).consent!.depart({
    ground: ground(),
    redirectUri,
    state: 's',
    scopes,
  });
  return (departure as Departure).kept;
};

const vet = (kept: Values, idToken: unknown) =>
  protocol().consent!.vet!(
    {
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ access_token: 'at', id_token: idToken }),
    },
    kept,
  );

const missing = { kind: 'terminal', code: 'id_token_missing' };
const mismatch = { kind: 'terminal', code: 'id_token_mismatch' };

describe('the ID token of an exchange', () => {
  const sound = async () => {
    const kept = await depart(['openid']);
    const claims = { iss: issuer, aud: 'cli ent:1', exp: now / 1000 + 3600, nonce: kept['nonce'], sub: '1' };
    return { kept, claims };
  };

  it('is sound with nonce, audience, issuer and time', async () => {
    const { kept, claims } = await sound();
    expect(await vet(kept, jwt(claims))).toBeUndefined();
    expect(await vet(kept, jwt({ ...claims, aud: ['other', 'cli ent:1'] }))).toBeUndefined();
  });

  it('may name any issuer where the definition names none', async () => {
    const { claims } = await sound();
    const kept = await depart(['openid'], {});
    const nonce = kept['nonce'];
    expect(await vet(kept, jwt({ ...claims, nonce, iss: 'https://any.example' }))).toBeUndefined();
  });

  it('names the issuer that the fields make, where the definition has placeholders in it', async () => {
    const { claims } = await sound();
    const departure = await protocol({ issuer: 'https://as.example/{{tenant}}' }).consent!.depart({
      ground: ground({ values: { sub: 'eu', tenant: 'a/b' } }),
      redirectUri,
      state: 's',
      scopes: ['openid'],
    });
    const { kept } = departure as Departure;
    const told = (iss: string) => vet(kept, jwt({ ...claims, nonce: kept['nonce'], iss }));
    expect(await told('https://as.example/a%2Fb')).toBeUndefined();
    expect(await told('https://as.example/{{tenant}}')).toEqual(mismatch);
  });

  it('may be over by a few minutes, for clocks differ', async () => {
    const { kept, claims } = await sound();
    expect(await vet(kept, jwt({ ...claims, exp: now / 1000 - 299 }))).toBeUndefined();
  });

  it.each<[string, Claims]>([
    ['another nonce', { nonce: 'x' }],
    ['no nonce', { nonce: undefined }],
    ['another audience', { aud: 'somebody-else' }],
    ['other audiences', { aud: ['a', 'b'] }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://acme.example/' }],
    ['no issuer', { iss: undefined }],
    ['an end long past', { exp: now / 1000 - 301 }],
    ['no end', { exp: undefined }],
    ['an end that is text', { exp: '9999999999' }],
  ])('is refused with %s', async (_, other) => {
    const { kept, claims } = await sound();
    expect(await vet(kept, jwt({ ...claims, ...other }))).toEqual(mismatch);
  });

  it.each(['garbage', 'a.b.c', 'e30', `${part({})}.bm90IGpzb24.x`, `${part({})}.${part([])}.x`])(
    'is refused when it cannot be read: %s',
    async (text) => {
      expect(await vet(await depart(['openid']), text)).toEqual(mismatch);
    },
  );

  it.each([undefined, null, '', 7, {}])('is missing when it is %j', async (token) => {
    expect(await vet(await depart(['openid']), token)).toEqual(missing);
  });

  it('is not looked at when none was asked for', async () => {
    const kept = await depart(['read']);
    expect(await vet(kept, 'garbage')).toBeUndefined();
    expect(await vet(kept, undefined)).toBeUndefined();
  });
});
