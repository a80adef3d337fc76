import { describe, expect, it } from '@jest/globals';
import { judgeTokenAnswer, type TokenAnswer } from '#shared/protocols/oauth2/judge.ts';
import { definition } from './definition.ts';

const json = 'application/json; charset=utf-8';

const answer = (status: number, body: unknown, parts: Partial<TokenAnswer> = {}): TokenAnswer => ({
  status,
  contentType: json,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...parts,
});

const slack = definition({
  tokenResponse: {
    accessToken: 'authed_user.access_token',
    refreshToken: 'authed_user.refresh_token',
    expiresIn: 'authed_user.expires_in',
    metadata: { team: 'team.id', number: 'team.number', missing: 'team.missing', whole: 'team' },
  },
  refresh: { defaultLifetimeSeconds: 43_200 },
});

interface Good {
  readonly title: string;
  readonly answer: TokenAnswer;
  readonly tokens: readonly [access: string, refresh: string | undefined, lifetime: number | undefined];
  readonly by?: ReturnType<typeof definition>;
}

const lifetimes: readonly (readonly [unknown, number | undefined])[] = [
  [3600, 3600],
  [3599.9, 3599],
  ['3600', 3600],
  ['3600.5', 3600],
  [' 3600 ', 3600],
  [0, undefined],
  [0.5, undefined],
  [-1, undefined],
  ['-3600', undefined],
  ['', undefined],
  [null, undefined],
  [true, undefined],
  [[3600], undefined],
  [{ seconds: 3600 }, undefined],
  ['never', undefined],
  ['2026-01-01T00:00:00Z', undefined],
  ['Infinity', undefined],
  [1e300, undefined],
];

const good: readonly Good[] = [
  {
    title: 'all that RFC 6749 §5.1 asks for',
    answer: answer(200, {
      access_token: 'at',
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: 'rt',
      scope: 'a',
    }),
    tokens: ['at', 'rt', 3600],
  },
  {
    title: 'no token_type',
    answer: answer(200, { access_token: 'at' }),
    tokens: ['at', undefined, undefined],
  },
  { title: 'status 201', answer: answer(201, { access_token: 'at' }), tokens: ['at', undefined, undefined] },
  {
    title: 'a byte order of names and white space of its own',
    answer: answer(200, '\n {"refresh_token":"rt" ,\t"access_token":"at"}\n'),
    tokens: ['at', 'rt', undefined],
  },
  {
    title: 'JSON under text/html',
    answer: answer(200, { access_token: 'at' }, { contentType: 'text/html' }),
    tokens: ['at', undefined, undefined],
  },
  {
    title: 'JSON without a content type',
    answer: answer(200, { access_token: 'at' }, { contentType: '' }),
    tokens: ['at', undefined, undefined],
  },
  {
    title: 'a form',
    answer: answer(200, 'access_token=a%2Bt&expires_in=60&refresh_token=rt', {
      contentType: 'application/x-www-form-urlencoded; charset=utf-8',
    }),
    tokens: ['a+t', 'rt', 60],
  },
  {
    title: 'nested names, and a life that only the definition tells',
    answer: answer(200, {
      ok: true,
      authed_user: { access_token: 'xoxp', refresh_token: 'xoxe' },
      team: { id: 'T1' },
    }),
    tokens: ['xoxp', 'xoxe', 43_200],
    by: slack,
  },
  {
    title: 'a life that wins over the default of the definition',
    answer: answer(200, { authed_user: { access_token: 'xoxp', expires_in: 60 } }),
    tokens: ['xoxp', undefined, 60],
    by: slack,
  },
  {
    title: 'an empty refresh token, which is none',
    answer: answer(200, { access_token: 'at', refresh_token: '' }),
    tokens: ['at', undefined, undefined],
  },
  {
    title: 'a refresh token that is null',
    answer: answer(200, { access_token: 'at', refresh_token: null }),
    tokens: ['at', undefined, undefined],
  },
  {
    title: 'an error that is null or empty beside a token',
    answer: answer(200, { access_token: 'at', error: '' }),
    tokens: ['at', undefined, undefined],
  },
  ...lifetimes.map(([told, lifetime]): Good => ({
    title: `expires_in ${JSON.stringify(told)}`,
    answer: answer(200, { access_token: 'at', expires_in: told }),
    tokens: ['at', undefined, lifetime],
  })),
];

const bad: readonly (readonly [title: string, answer: TokenAnswer, kind: string, code: string])[] = [
  ['400 invalid_grant', answer(400, { error: 'invalid_grant' }), 'terminal', 'invalid_grant'],
  ['401 invalid_grant', answer(401, { error: 'invalid_grant' }), 'terminal', 'invalid_grant'],
  ['200 invalid_grant', answer(200, { error: 'invalid_grant' }), 'terminal', 'invalid_grant'],
  [
    'invalid_grant as a form',
    answer(400, 'error=invalid_grant', { contentType: 'application/x-www-form-urlencoded' }),
    'terminal',
    'invalid_grant',
  ],
  [
    '200 with an error beside a token',
    answer(200, { access_token: 'at', error: 'invalid_grant' }),
    'terminal',
    'invalid_grant',
  ],
  ['401 invalid_client', answer(401, { error: 'invalid_client' }), 'client', 'invalid_client'],
  ['400 invalid_client', answer(400, { error: 'invalid_client' }), 'client', 'invalid_client'],
  ['400 unauthorized_client', answer(400, { error: 'unauthorized_client' }), 'client', 'unauthorized_client'],
  [
    '400 unsupported_grant_type',
    answer(400, { error: 'unsupported_grant_type' }),
    'client',
    'unsupported_grant_type',
  ],
  ['400 invalid_scope', answer(400, { error: 'invalid_scope' }), 'client', 'invalid_scope'],
  ['400 invalid_request', answer(400, { error: 'invalid_request' }), 'client', 'invalid_request'],
  ['401 without a word', answer(401, ''), 'client', 'unreadable_answer'],
  ['400 without a word', answer(400, ''), 'transient', 'unreadable_answer'],
  ['400 with a code of the provider', answer(400, { error: 'internal-oops' }), 'transient', 'internal-oops'],
  [
    '400 temporarily_unavailable',
    answer(400, { error: 'temporarily_unavailable' }),
    'transient',
    'temporarily_unavailable',
  ],
  ['400 server_error', answer(400, { error: 'server_error' }), 'transient', 'server_error'],
  ...[408, 409, 423, 425, 429, 500, 502, 503, 504, 599].map(
    (status) =>
      [
        `${status} with invalid_grant inside`,
        answer(status, { error: 'invalid_grant' }),
        'transient',
        'invalid_grant',
      ] as const,
  ),
  ['503 with a token inside', answer(503, { access_token: 'at' }), 'transient', 'http_503'],
  ['500 of HTML', answer(500, '<h1>Oops</h1>', { contentType: 'text/html' }), 'transient', 'http_500'],
  ['429 without a body', answer(429, ''), 'transient', 'http_429'],
  [
    '200 of HTML',
    answer(200, '<html>Log in</html>', { contentType: 'text/html' }),
    'transient',
    'unreadable_answer',
  ],
  ['200 without a body', answer(200, ''), 'transient', 'unreadable_answer'],
  ['204', answer(204, ''), 'transient', 'unreadable_answer'],
  ['200 cut off', answer(200, '{"access_token":"at","refr'), 'transient', 'unreadable_answer'],
  ['200 with a list', answer(200, [{ access_token: 'at' }]), 'transient', 'unreadable_answer'],
  ['200 with null', answer(200, 'null'), 'transient', 'unreadable_answer'],
  ['200 with a text', answer(200, '"at"'), 'transient', 'unreadable_answer'],
  ['200 with an empty token', answer(200, { access_token: '' }), 'transient', 'unreadable_answer'],
  ['200 with a token that is a number', answer(200, { access_token: 17 }), 'transient', 'unreadable_answer'],
  ['200 with a token that is an object', answer(200, { access_token: {} }), 'transient', 'unreadable_answer'],
  [
    '200 with a token of 70,000 characters',
    answer(200, { access_token: 'x'.repeat(70_000) }),
    'transient',
    'unreadable_answer',
  ],
  ['302', answer(302, { access_token: 'at' }), 'transient', 'unreadable_answer'],
  [
    '403 of a firewall',
    answer(403, 'Forbidden', { contentType: 'text/plain' }),
    'transient',
    'unreadable_answer',
  ],
  [
    'an error code with spaces, which is not repeated',
    answer(400, { error: 'no such thing' }),
    'transient',
    'unreadable_answer',
  ],
  [
    'an error code of 200 characters',
    answer(400, { error: 'x'.repeat(200) }),
    'transient',
    'unreadable_answer',
  ],
  [
    'an error that is an object',
    answer(400, { error: { code: 'invalid_grant' } }),
    'transient',
    'unreadable_answer',
  ],
  ...['constructor', 'toString', '__proto__', 'hasOwnProperty'].map(
    (name) => [`the error code ${name}`, answer(400, { error: name }), 'transient', name] as const,
  ),
];

describe("judging a token endpoint's answer", () => {
  it.each(good)('takes tokens from an answer with $title', ({ answer: given, tokens, by = definition() }) => {
    const verdict = judgeTokenAnswer(given, by);
    if (verdict.kind !== 'tokens') throw new Error(`It was judged ${verdict.kind}.`);
    const { accessToken, refreshToken, lifetimeSeconds } = verdict.tokens;
    expect([accessToken.reveal(), refreshToken?.reveal(), lifetimeSeconds]).toEqual(tokens);
  });

  it.each(bad)('judges %s', (_, given, kind, code) => {
    expect(judgeTokenAnswer(given, definition())).toEqual({ kind, code, retryAfter: undefined });
  });

  it('keeps what the definition asks of the answer, as text, and nothing that is not there or not plain', () => {
    const body = { authed_user: { access_token: 'at' }, team: { id: 'T1', number: 7 } };
    const verdict = judgeTokenAnswer(answer(200, body), slack);
    expect(verdict.kind === 'tokens' && verdict.tokens.metadata).toEqual({ team: 'T1', number: '7' });
  });

  it.each(['constructor.name', '__proto__.x', 'toString'])(
    'finds nothing at %s, which the answer only inherits',
    (path) => {
      const by = definition({ tokenResponse: { accessToken: path } });
      expect(judgeTokenAnswer(answer(200, {}), by)).toMatchObject({
        kind: 'transient',
        code: 'unreadable_answer',
      });
    },
  );

  it('hands on Retry-After', () => {
    expect(judgeTokenAnswer(answer(429, '', { retryAfter: '17' }), definition())).toMatchObject({
      retryAfter: '17',
    });
  });

  it('shows no token when it is printed', () => {
    const verdict = judgeTokenAnswer(
      answer(200, { access_token: 'planted', refresh_token: 'planted' }),
      definition(),
    );
    expect(JSON.stringify(verdict)).not.toContain('planted');
  });
});
