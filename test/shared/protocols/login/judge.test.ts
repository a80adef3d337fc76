import { describe, expect, it } from '@jest/globals';
import { LoginDefinition } from '#shared/protocols/login/definition.ts';
import { judgeLogin } from '#shared/protocols/login/judge.ts';

const definition = (parts: Record<string, unknown> = {}) =>
  LoginDefinition.parse({ type: 'login', steps: [{ url: 'https://api.acme.example/login' }], ...parts });
const answer = (body: unknown, parts: Record<string, unknown> = {}) => ({
  status: 200,
  contentType: 'application/json',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...parts,
});
const judge = (given: ReturnType<typeof answer>, parts: Record<string, unknown> = {}) =>
  judgeLogin(given, definition(parts));

describe('the answer to the last step', () => {
  it('grants its token, its life and what is named of it as metadata', () => {
    const tokenResponse = {
      accessToken: 'session.id',
      expiresIn: 'session.ttl',
      metadata: { instance: 'url', count: 'n', absent: 'nope', long: 'long' },
    };
    const body = {
      session: { id: 'tok', ttl: '60' },
      url: 'https://eu.example',
      n: 3,
      long: 'x'.repeat(2001),
    };
    expect(judge(answer(body), { tokenResponse })).toEqual({
      kind: 'granted',
      granted: {
        values: {
          access_token: 'tok',
          'metadata.instance': 'https://eu.example',
          'metadata.count': '3',
        },
        lifetimeSeconds: 60,
        expiresAt: undefined,
      },
    });
  });

  it.each([
    ['a header', { header: 'X-Token' }, answer('', { headers: [['x-token', 'tok']] })],
    ['a cookie', { cookie: 'sid' }, answer('', { headers: [['set-cookie', 'sid=tok; Path=/']] })],
    ['plain text', { body: 'text' }, answer('tok\n', { contentType: 'text/plain' })],
    ['a bare JSON string', { body: 'text' }, answer('"tok"')],
    [
      'a form',
      'access_token',
      answer('access_token=tok', { contentType: 'application/x-www-form-urlencoded' }),
    ],
  ])('may hold the token in %s', (_, accessToken, given) => {
    expect(judge(given, { tokenResponse: { accessToken } })).toMatchObject({
      kind: 'granted',
      granted: { values: { access_token: 'tok' } },
    });
  });

  it.each([
    [{ expires_in: 90 }, {}, 90, undefined],
    [{ expires_in: 90_000 }, { lifetimeUnit: 'milliseconds' }, 90, undefined],
    [{ expires_in: 'soon' }, {}, 1800, undefined],
    [{}, {}, 1800, undefined],
    [{ end: '2030-01-01T00:00:00Z' }, { expiresAt: 'end' }, 1800, Date.UTC(2030, 0)],
    [{ end: 1_893_456_000 }, { expiresAt: 'end' }, 1800, Date.UTC(2030, 0)],
    [{ end: 'never' }, { expiresAt: 'end' }, 1800, undefined],
  ])('%j, read by %j, lives %j seconds, until %j', (body, tokenResponse, lifetimeSeconds, expiresAt) => {
    const refresh = { defaultLifetimeSeconds: 1800 };
    expect(judge(answer({ access_token: 't', ...body }), { tokenResponse, refresh })).toMatchObject({
      granted: { lifetimeSeconds, expiresAt },
    });
  });

  it.each([400, 401, 403, 422])('of %i says that what the person gave is wrong', (status) => {
    expect(judge(answer({ access_token: 't' }, { status, retryAfter: '9' }))).toEqual({
      kind: 'terminal',
      code: 'login_refused',
    });
  });

  it.each([408, 409, 423, 425, 429, 500, 502, 503, 599])('of %i asks for another try later', (status) => {
    expect(judge(answer('', { status, retryAfter: '9' }))).toEqual({
      kind: 'transient',
      code: `http_${String(status)}`,
      retryAfter: '9',
    });
  });

  it.each([204, 301, 302, 404, 405, 410, 418])('of %i, which nobody expected, is unreadable', (status) => {
    expect(judge(answer({ access_token: 't' }, { status }))).toMatchObject({
      kind: 'transient',
      code: 'unreadable_answer',
    });
  });

  it('is taken by the statuses that the definition expects alone', () => {
    const steps = [{ url: 'https://api.acme.example/login', expect: [302] }];
    expect(judge(answer({ access_token: 't' }, { status: 302 }), { steps }).kind).toBe('granted');
    expect(judge(answer({ access_token: 't' }), { steps })).toMatchObject({ code: 'unreadable_answer' });
  });

  it.each([
    '',
    '<html>',
    '[]',
    'null',
    '{}',
    '{"access_token":""}',
    '{"access_token":null}',
    '{"access_token":{"a":1}}',
    '{"access_token":"a\\r\\nX-Evil: 1"}',
    '{"access_token":"a\\u0000"}',
    '{"access_token":"ключ"}',
    '{"__proto__":{"access_token":"t"}}',
    `{"access_token":"${'x'.repeat(65_537)}"}`,
  ])('without a token that a header can carry is unreadable: %.60s', (body) => {
    expect(judge(answer(body))).toEqual({
      kind: 'transient',
      code: 'unreadable_answer',
      retryAfter: undefined,
    });
  });

  it('cannot name its metadata into the place of the token', () => {
    const tokenResponse = { metadata: { access_token: 'evil' } };
    expect(judge(answer({ access_token: 't', evil: 'e' }), { tokenResponse })).toMatchObject({
      granted: { values: { access_token: 't', 'metadata.access_token': 'e' } },
    });
  });
});
