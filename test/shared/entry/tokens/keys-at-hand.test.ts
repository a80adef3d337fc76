import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { authenticate } from '#shared/entry/authenticate.ts';
import type { Deps } from '#shared/ports.ts';
import { minute, otherProcess, world, type World } from '../../../support/deps.ts';
import {
  signedToken,
  signingKey,
  startIssuer,
  type Issuer,
  type SigningKey,
} from '../../../support/issuer.ts';
import { capturedOutput } from '../../../support/output.ts';
import { claimsAt, person, withPeople } from '../../../support/people.ts';

let issuer: Issuer;
let first: SigningKey;
let second: SigningKey;
let w: World;
let deps: Deps;
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  output = capturedOutput();
  issuer = await startIssuer();
  [first, second] = await Promise.all([signingKey('first'), signingKey('second', 'ec')]);
  issuer.state.keys = [first.jwk];
  w = await world();
  deps = withPeople(w, issuer);
  await person(w, 'user-1', 'member');
});

afterEach(async () => {
  output.stop();
  await issuer.stop();
});

const by = (token: string, using = deps) =>
  authenticate(using, {
    requestId: 'r',
    method: 'GET',
    path: '/v1/workspaces',
    query: '',
    headers: [['authorization', `Bearer ${token}`]],
    body: undefined,
  });
const of = (key: SigningKey, parts: Readonly<Record<string, unknown>> = {}) =>
  signedToken(
    key,
    claimsAt(w, issuer, { exp: Math.floor(w.clock.now() / 1000) + 400_000, ...parts }),
    key === second ? 'ES256' : 'RS256',
  );
const outcome = async (token: string, using = deps) => {
  try {
    return (await by(token, using)).id;
  } catch (error) {
    const { status, code } = error as { status: number; code: string };
    return [status, code];
  }
};
const refused = [401, 'unauthenticated'];
const unavailable = [503, 'issuer_unavailable'];

describe('the keys of an issuer', () => {
  it('are found by its discovery document, asked for once by all who come at once, and kept for an hour', async () => {
    const token = await of(first);
    expect(await Promise.all([outcome(token), outcome(token), outcome(token)])).toEqual([
      'user-1',
      'user-1',
      'user-1',
    ]);
    await w.clock.advance(59 * minute);
    expect(await outcome(token)).toBe('user-1');
    expect(issuer.state.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
    await w.clock.advance(minute);
    expect(await outcome(token)).toBe('user-1');
    expect(issuer.state.asked).toHaveLength(4);
  });

  it('are found where the configuration says, and then nothing else is asked for', async () => {
    deps = withPeople(w, issuer, { jwksUrl: `${issuer.url}/keys` });
    expect(await outcome(await of(first))).toBe('user-1');
    expect(issuer.state.asked).toEqual(['/keys']);
  });

  it('are asked for again when a token names one that is not known: the issuer has taken a new one', async () => {
    expect(await outcome(await of(first))).toBe('user-1');
    issuer.state.keys = [first.jwk, second.jwk];
    await w.clock.advance(minute);
    expect(await outcome(await of(second))).toBe('user-1');
    expect(await outcome(await of(first))).toBe('user-1');
    expect(issuer.state.asked).toHaveLength(4);
  });

  it('are asked for twice a minute at the most, whatever names callers make up', async () => {
    const stranger = await signingKey('stranger');
    for (let round = 0; round < 60; round += 1) {
      expect(await outcome(await of({ ...stranger, kid: `made-up-${round}` }))).toEqual(refused);
      await w.clock.advance(1000);
    }
    expect(issuer.state.asked.filter((path) => path === '/keys').length).toBeLessThanOrEqual(2);
    expect(await outcome(await of(first))).toBe('user-1');
  });

  it('that were taken back are not trusted for longer than an hour', async () => {
    const token = await of(first);
    expect(await outcome(token)).toBe('user-1');
    issuer.state.keys = [second.jwk];
    await w.clock.advance(60 * minute);
    expect(await outcome(token)).toEqual(refused);
  });

  it('are not asked for because of what is no token of the issuer', async () => {
    const elsewhere = await of(first, { iss: 'https://evil.example' });
    for (const text of ['x', 'lu_nobody', 'a.b.c', elsewhere]) expect(await outcome(text)).toEqual(refused);
    expect(issuer.state.asked).toEqual([]);
  });
});

describe('an issuer that cannot be asked', () => {
  it('makes calls fail with 503 and the time to come again, not with 500, and is not asked at every call', async () => {
    issuer.state.status = 500;
    const token = await of(first);
    for (let count = 0; count < 20; count += 1) expect(await outcome(token)).toEqual(unavailable);
    await expect(by(token)).rejects.toMatchObject({ headers: { 'retry-after': '30' } });
    expect(issuer.state.asked).toHaveLength(1);
    issuer.state.status = 200;
    await w.clock.advance(30_000);
    expect(await outcome(token)).toBe('user-1');
  });

  it('does not keep those out whose keys are known, for a day', async () => {
    const token = await of(first);
    expect(await outcome(token)).toBe('user-1');
    issuer.state.status = 503;
    await w.clock.advance(23 * 60 * minute);
    expect(await outcome(token)).toBe('user-1');
    expect(await outcome(await of(second))).toEqual(unavailable);
    await w.clock.advance(60 * minute);
    expect(await outcome(token)).toEqual(unavailable);
  });

  it.each([
    ['no JSON', '<html>'],
    [
      'the document of another issuer',
      JSON.stringify({ issuer: 'https://evil.example', jwks_uri: 'https://evil.example/keys' }),
    ],
    ['keys at an address that is none', JSON.stringify({ issuer: '{issuer}', jwks_uri: 'keys' })],
    [
      'keys at a private address',
      JSON.stringify({ issuer: '{issuer}', jwks_uri: 'http://169.254.169.254/keys' }),
    ],
    ['a document without end', JSON.stringify({ issuer: '{issuer}', padding: 'x'.repeat(300_000) })],
  ])('is the same as one that answers with %s', async (_, body) => {
    issuer.state.body = body.replace('{issuer}', issuer.url);
    expect(await outcome(await of(first))).toEqual(unavailable);
  });

  it.each([
    ['a list', '[]'],
    ['no keys', '{}'],
    ['keys that are none', '{"keys": {"kid": "first"}}'],
  ])('is the same as one whose keys are %s', async (_, body) => {
    issuer.state.body = body;
    deps = withPeople(w, issuer, { jwksUrl: `${issuer.url}/keys` });
    expect(await outcome(await of(first))).toEqual(unavailable);
  });

  it('is the same as one that the guard does not let be called, and says so in the log without a token', async () => {
    deps = otherProcess(deps, { http: withPeople(w, { ...issuer, host: '127.0.0.1:1' }).http });
    const token = await of(first);
    expect(await outcome(token)).toEqual(unavailable);
    expect(issuer.state.asked).toEqual([]);
    expect(output.text()).toContain('The keys of the identity provider cannot be read.');
    expect(output.text()).not.toContain(token.split('.')[1]);
  });

  it('keeps no server key out', async () => {
    issuer.state.status = 500;
    await expect(by('lk_x')).rejects.toMatchObject({ status: 401 });
    expect(issuer.state.asked).toEqual([]);
  });
});

describe('one key of a set that is of no use', () => {
  it('takes no other with it', async () => {
    issuer.state.keys = [
      { kty: 'oct', kid: 'a', k: 'AA' },
      { kty: 'XYZ', kid: 'b' },
      { ...second.jwk, kid: undefined },
      null as never,
      first.jwk,
    ];
    expect(await outcome(await of(first))).toBe('user-1');
    expect(await outcome(await of(second))).toEqual(refused);
  });
});
