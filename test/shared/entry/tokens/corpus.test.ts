import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { provide } from '#shared/deps.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { route } from '#shared/entry/route.ts';
import { serve } from '#shared/entry/serve.ts';
import { call } from '../../../support/api.ts';
import { world, type World } from '../../../support/deps.ts';
import { rawToken, signingKey, startIssuer, type Issuer, type SigningKey } from '../../../support/issuer.ts';
import { capturedOutput } from '../../../support/output.ts';
import { audience, claimsAt, person, withPeople } from '../../../support/people.ts';

interface Case {
  readonly title: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly seconds?: Readonly<Record<string, number>>;
  readonly payload?: unknown;
  readonly change?: string;
  readonly key: string;
}

const cases = JSON.parse(readFileSync(new URL('tokens.json', import.meta.url), 'utf8')) as readonly Case[];

const whoami = route({
  name: 'whoami',
  method: 'GET',
  path: '/v1/whoami',
  summary: 'Tells who calls.',
  needs: 'workspaces:read',
  response: z.object({ id: z.string() }),
});
const handler = serve(endpoint(whoami, ({ actor }) => Promise.resolve({ id: actor.id })));

let issuer: Issuer;
let keys: Readonly<Record<string, SigningKey>>;
let w: World;
let output: ReturnType<typeof capturedOutput>;

beforeAll(async () => {
  output = capturedOutput();
  issuer = await startIssuer();
  const made = await Promise.all([
    signingKey('rsa'),
    signingKey('second'),
    signingKey('stranger'),
    signingKey('encrypting'),
    signingKey('ec', 'ec'),
    signingKey('weak', 'weak'),
  ]);
  keys = Object.fromEntries(made.map((key) => [key.kid, key]));
  const listed = ['rsa', 'second', 'ec', 'weak'].map((kid) => keys[kid]!.jwk);
  issuer.state.keys = [
    ...listed,
    { ...keys['encrypting']!.jwk, use: 'enc' },
    { kty: 'oct', kid: 'oct', k: 'AAAA' },
  ];
});

afterAll(async () => {
  output.stop();
  await issuer.stop();
});

beforeEach(async () => {
  w = await world();
  provide(withPeople(w, issuer));
  await person(w, 'user-1', 'member');
});

const fill = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(fill);
  if (typeof value !== 'string') return value;
  const named: Record<string, unknown> = {
    '{absent}': undefined,
    '{long}': 'u'.repeat(201),
    '{huge}': 'x'.repeat(8192),
  };
  if (value in named) return named[value];
  return value.replace('{issuer}', issuer.url).replace('{audience}', audience);
};

const secrets = (name: string) => {
  const { publicKey, jwk } = keys['rsa']!;
  const known: Record<string, string> = {
    'public pem': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    modulus: String(jwk.n),
    'public jwk': JSON.stringify(jwk),
    nothing: '',
  };
  return name === 'nobody' ? undefined : (known[name] ?? keys[name]!.privateKey);
};

const changes: Readonly<Record<string, (token: string) => string>> = {
  payload: (token) => {
    const [header, payload = '', signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'user-2' })).toString('base64url');
    return [header, changed, signature].join('.');
  },
  header: (token) =>
    token.replace(/^[^.]+/, Buffer.from('{"alg":"RS256","kid":"rsa","x":1}').toString('base64url')),
  cut: (token) => token.slice(0, -8),
  unsigned: (token) => token.replace(/[^.]+$/, ''),
  fourth: (token) => `${token}.${token.split('.')[2]!}`,
  five: (token) => `${token}.AAAA.AAAA`,
  two: (token) => token.split('.').slice(0, 2).join('.'),
  dots: () => '..',
  json: (token) => {
    const [header, payload, signature] = token.split('.');
    return JSON.stringify({ protected: header, payload, signature });
  },
};

const tokenOf = ({ header, claims, seconds = {}, payload, change, key }: Case): string => {
  const now = Math.floor(w.clock.now() / 1000);
  const times = Object.fromEntries(Object.entries(seconds).map(([name, after]) => [name, now + after]));
  const filled = Object.fromEntries(Object.entries(claims ?? {}).map(([name, value]) => [name, fill(value)]));
  const jwk = header?.['jwk'] === undefined ? {} : { jwk: keys['stranger']!.jwk };
  const protectedHeader = { alg: 'RS256', kid: 'rsa', ...header, ...jwk };
  const absent = Object.fromEntries(Object.entries(protectedHeader).filter(([, value]) => value !== null));
  const token = rawToken(absent, payload ?? { ...claimsAt(w, issuer), ...times, ...filled }, secrets(key));
  return change === undefined ? token : changes[change]!(token);
};

const ask = (token: string) =>
  call(handler, { method: 'GET', path: '/v1/whoami', headers: { authorization: `Bearer ${token}` } });

describe('a token that is not good', () => {
  it('is one of many kinds', () => {
    expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });

  it.each(cases.map((each) => [each.title, each] as const))('%s is refused', async (_, each) => {
    const token = tokenOf(each);
    const { status, error, headers, text } = await ask(token);
    expect([status, error.code]).toEqual([401, 'unauthenticated']);
    expect(headers['www-authenticate']).toMatch(
      /^Bearer realm="latchkey"(, error="invalid_token", error_description="[^"]+")?$/,
    );
    expect(text).not.toContain(token.slice(0, 20));
  });

  it('differs from a good one in that alone', async () => {
    const good = tokenOf({ title: '', key: 'rsa' });
    expect(await ask(good)).toMatchObject({ status: 200, json: { id: 'user-1' } });
    expect((await ask(tokenOf({ title: '', header: { kid: 'second' }, key: 'second' }))).status).toBe(200);
    expect((await ask(tokenOf({ title: '', header: { kid: 'ec', alg: 'ES256' }, key: 'ec' }))).status).toBe(
      200,
    );
    for (const typ of ['JWT', 'at+jwt', 'application/at+jwt'])
      expect((await ask(tokenOf({ title: '', header: { typ }, key: 'rsa' }))).status).toBe(200);
    const client = { claims: { aud: '{absent}', client_id: '{audience}' } };
    expect((await ask(tokenOf({ title: '', ...client, key: 'rsa' }))).status).toBe(200);
    const both = {
      claims: { aud: ['https://other.example', '{audience}'] },
      seconds: { nbf: 60, iat: 60, exp: 1 },
    };
    expect((await ask(tokenOf({ title: '', ...both, key: 'rsa' }))).status).toBe(200);
  });

  it('does not make the issuer be asked again and again', () => {
    expect(issuer.state.asked.length).toBeLessThan(4 * cases.length);
    expect(output.text()).not.toContain('eyJ');
  });
});
