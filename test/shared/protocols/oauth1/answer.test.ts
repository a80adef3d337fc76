import { describe, expect, it } from '@jest/globals';
import { oauth1Protocol } from '#shared/protocols/oauth1/protocol.ts';
import type { ProviderAnswer } from '#shared/protocols/protocol.ts';
import { threeLegged } from './ground.ts';

const judge = (body: string, parts: Partial<ProviderAnswer> = {}) =>
  oauth1Protocol(threeLegged({ metadata: { user: 'user_id', name: 'screen_name' } })).judge({
    status: 200,
    contentType: 'text/html; charset=utf-8',
    body,
    ...parts,
  });

const challenge = (text: string) => ({ headers: [['www-authenticate', text] as [string, string]] });

describe('an answer with a token', () => {
  it.each([
    ['a form', 'oauth_token=a%2B1&oauth_token_secret=b+2&user_id=38895958&screen_name=%C3%A9va&__proto__=x'],
    [
      'JSON',
      ' {"oauth_token": "a+1", "oauth_token_secret": "b 2", "user_id": 38895958, "screen_name": "éva"}',
    ],
  ])('grants what stands in %s', (_, body) => {
    expect(judge(body)).toEqual({
      kind: 'granted',
      granted: {
        values: {
          access_token: 'a+1',
          token_secret: 'b 2',
          'metadata.user': '38895958',
          'metadata.name': 'éva',
        },
        lifetimeSeconds: undefined,
      },
    });
  });

  it('may have an empty secret, and any good status', () => {
    expect(judge('oauth_token=a&oauth_token_secret=', { status: 201 })).toMatchObject({
      granted: { values: { access_token: 'a', token_secret: '' } },
    });
  });

  it.each([
    ['3600', 3600],
    ['0', undefined],
    ['never', undefined],
    ['-5', undefined],
  ])('lives as long as oauth_expires_in=%s says', (text, lifetimeSeconds) => {
    expect(
      judge(`oauth_token=a&oauth_token_secret=b&oauth_session_handle=h&oauth_expires_in=${text}`),
    ).toMatchObject({ kind: 'granted', granted: { lifetimeSeconds } });
  });
});

describe('an answer without one', () => {
  it.each<[string, Partial<ProviderAnswer>, string, string]>([
    ['oauth_problem=token_rejected', { status: 401 }, 'terminal', 'token_rejected'],
    ['oauth_problem=token_expired&oauth_problem_advice=x', { status: 401 }, 'terminal', 'token_expired'],
    ['{"oauth_problem": "permission_denied"}', { status: 403 }, 'terminal', 'permission_denied'],
    ['oauth_problem=verifier_invalid', { status: 400 }, 'terminal', 'verifier_invalid'],
    ['oauth_problem=token_used', {}, 'terminal', 'token_used'],
    [
      '',
      { status: 401, ...challenge('OAuth realm="x", oauth_problem="token_revoked"') },
      'terminal',
      'token_revoked',
    ],
    [
      '',
      { status: 401, ...challenge('OAuth oauth_problem=signature_invalid') },
      'client',
      'signature_invalid',
    ],
    ['oauth_problem=consumer_key_unknown', { status: 401 }, 'client', 'consumer_key_unknown'],
    ['oauth_problem=something_new', { status: 400 }, 'client', 'something_new'],
    ['Invalid signature', { status: 401 }, 'client', 'http_401'],
    ['{"errors": [{"code": 32}]}', { status: 403 }, 'client', 'http_403'],
    ['oauth_problem=<script>', { status: 400 }, 'client', 'http_400'],
    ['oauth_problem=nonce_used', { status: 401 }, 'transient', 'nonce_used'],
    ['oauth_problem=timestamp_refused', { status: 400 }, 'transient', 'timestamp_refused'],
    ['oauth_problem=consumer_key_refused', { status: 401 }, 'transient', 'consumer_key_refused'],
    ['oauth_problem=token_rejected', { status: 503 }, 'transient', 'token_rejected'],
    ['oauth_token=a&oauth_token_secret=b', { status: 500 }, 'transient', 'http_500'],
    ['', { status: 429 }, 'transient', 'http_429'],
    ['', {}, 'transient', 'unreadable_answer'],
    ['<html>a=b</html>', {}, 'transient', 'unreadable_answer'],
    ['{"oauth_token": "a"', {}, 'transient', 'unreadable_answer'],
    ['{"oauth_token": 5, "oauth_token_secret": "b"}', {}, 'transient', 'unreadable_answer'],
    ['oauth_token=&oauth_token_secret=b', {}, 'transient', 'unreadable_answer'],
    ['oauth_token=a', {}, 'transient', 'unreadable_answer'],
    ['oauth_token=a&oauth_token_secret=b', { status: 302 }, 'transient', 'unreadable_answer'],
    ['', { status: 404 }, 'transient', 'unreadable_answer'],
  ])('of %j and %j is judged %s, %s', (body, parts, kind, code) => {
    expect(judge(body, parts)).toMatchObject({ kind, code });
  });

  it('hands on when to come again', () => {
    expect(judge('', { status: 429, retryAfter: '30' })).toEqual({
      kind: 'transient',
      code: 'http_429',
      retryAfter: '30',
    });
  });
});
