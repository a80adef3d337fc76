import { describe, expect, it } from '@jest/globals';
import { UnusableHeader } from '#shared/protocols/header-value.ts';
import { LoginDefinition } from '#shared/protocols/login/definition.ts';
import { loginProtocol } from '#shared/protocols/login/protocol.ts';
import type { Conversation, Ground, ProviderAnswer, Refusal } from '#shared/protocols/protocol.ts';
import { UnusableUrl } from '#shared/protocols/url-template.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';

const login = (parts: Record<string, unknown> = {}) =>
  loginProtocol(
    LoginDefinition.parse({
      type: 'login',
      steps: [
        {
          url: 'https://{{sub}}.acme.example/session',
          json: { user: '{{user}}', password: '{{password}}' },
          keep: { csrf: { header: 'X-CSRF' }, session: { cookie: 'sid' } },
        },
        {
          method: 'PUT',
          url: 'https://{{sub}}.acme.example/accounts',
          headers: { Cookie: 'sid={{kept.session}}', 'X-CSRF': '{{kept.csrf}}' },
          keep: { account: 'items.0.id' },
        },
        {
          url: 'https://{{sub}}.acme.example/tokens/{{kept.account}}',
          headers: { 'X-CSRF': '{{kept.csrf}}' },
          form: { user: '{{user}}' },
        },
      ],
      tokenResponse: {
        accessToken: { header: 'X-Token' },
        metadata: { account: { kept: 'account' }, plan: 'plan', region: { cookie: 'region' } },
      },
      revocation: {
        method: 'DELETE',
        url: 'https://{{sub}}.acme.example/tokens/{{metadata.account}}',
        headers: { Authorization: 'Bearer {{access_token}}' },
      },
      refresh: { on: [{ status: 401 }, { status: 419 }] },
      ...parts,
    }),
  );

const ground = (values: Record<string, string> = {}): Ground => ({
  values: { sub: 'eu', user: 'me', password: 'p"w', ...values },
  secrets: {},
  now: 0,
  bytes: (length) => new Uint8Array(length),
});

const answers: readonly ProviderAnswer[] = [
  {
    status: 200,
    contentType: 'text/html',
    headers: [
      ['x-csrf', 'c1'],
      ['set-cookie', 'sid=s1; HttpOnly'],
    ],
    body: '<html>',
  },
  { status: 201, contentType: 'application/json', body: '{"items":[{"id":17}]}' },
];

const isConversation = (turn: Conversation | Refusal | undefined): turn is Conversation =>
  turn !== undefined && 'request' in turn;

/** All turns of a login that is given these answers, one after the other. */
const turns = async (
  given: readonly ProviderAnswer[],
  protocol = login(),
): Promise<readonly (Conversation | Refusal | undefined)[]> => {
  const all: (Conversation | Refusal | undefined)[] = [await protocol.issue?.(ground())];
  for (const answer of given) {
    const last = all.at(-1);
    if (isConversation(last)) all.push(await last.next?.(answer));
  }
  return all;
};

describe('a login', () => {
  it('makes each request of what was given and of what earlier answers held', async () => {
    const all = await turns(answers);
    expect(all.map((turn) => (isConversation(turn) ? turn.request : turn))).toEqual([
      {
        method: 'POST',
        url: 'https://eu.acme.example/session',
        headers: [
          ['accept', 'application/json'],
          ['content-type', 'application/json'],
        ],
        body: '{"user":"me","password":"p\\"w"}',
      },
      {
        method: 'PUT',
        url: 'https://eu.acme.example/accounts',
        headers: [
          ['accept', 'application/json'],
          ['cookie', 'sid=s1'],
          ['x-csrf', 'c1'],
        ],
        body: undefined,
      },
      {
        method: 'POST',
        url: 'https://eu.acme.example/tokens/17',
        headers: [
          ['accept', 'application/json'],
          ['content-type', 'application/x-www-form-urlencoded'],
          ['x-csrf', 'c1'],
        ],
        body: 'user=me',
      },
    ]);
  });

  it('asks of each answer for the headers in which something stands', async () => {
    const all = await turns(answers);
    expect(all.map((turn) => (isConversation(turn) ? turn.answerHeaders : turn))).toEqual([
      ['x-csrf', 'set-cookie'],
      [],
      ['x-token', 'set-cookie'],
    ]);
  });

  it('ends with the last request, and keeps beside its answer what the definition names of earlier ones', async () => {
    const all = await turns(answers);
    expect(all.map((turn) => isConversation(turn) && turn.next === undefined)).toEqual([false, false, true]);
    expect(all.map((turn) => isConversation(turn) && turn.metadata)).toEqual([
      undefined,
      undefined,
      { account: '17' },
    ]);
  });

  it('of one step is one request', async () => {
    const protocol = login({ steps: [{ url: 'https://eu.acme.example/token' }], tokenResponse: {} });
    const [turn] = await turns([], protocol);
    expect(turn).toEqual({
      request: expect.objectContaining({ url: 'https://eu.acme.example/token' }),
      answerHeaders: [],
      metadata: {},
    });
  });

  it.each([
    [401, { kind: 'terminal', code: 'login_refused' }],
    [429, { kind: 'transient', code: 'http_429', retryAfter: '30' }],
    [404, { kind: 'transient', code: 'unreadable_answer', retryAfter: '30' }],
  ])('ends at a step that is answered with %i', async (status, refusal) => {
    expect(await turns([{ ...answers[0]!, status, retryAfter: '30' }])).toEqual([expect.anything(), refusal]);
  });

  it.each([
    ['is missing', { ...answers[0]!, headers: [['x-csrf', 'c1']] as [string, string][] }],
    [
      'no header can carry',
      {
        ...answers[0]!,
        headers: [
          ['x-csrf', 'ключ'],
          ['set-cookie', 'sid=s1'],
        ] as [string, string][],
      },
    ],
  ])('ends when a value to keep %s', async (_, answer) => {
    expect((await turns([answer]))[1]).toMatchObject({ kind: 'transient', code: 'unreadable_answer' });
  });

  it('ends when a value that was kept would climb out of its place in the URL', async () => {
    const climbing = { ...answers[1]!, body: '{"items":[{"id":".."}]}' };
    expect((await turns([answers[0]!, climbing]))[2]).toMatchObject({ code: 'unreadable_answer' });
  });

  it('refuses values that make no request of a later step before it sends the first', async () => {
    const steps = [
      { url: 'https://acme.example/a', keep: { k: 'k' } },
      { url: 'https://{{sub}}.acme.example/{{kept.k}}', headers: { 'X-User': '{{user}}' } },
    ];
    const protocol = login({ steps, tokenResponse: {} });
    await expect(protocol.issue?.(ground({ sub: 'evil.example/#' }))).rejects.toThrow(UnusableUrl);
    await expect(protocol.issue?.(ground({ user: 'a\r\nb' }))).rejects.toThrow(UnusableHeader);
    await expect(protocol.issue?.({ ...ground(), values: { sub: 'eu' } })).rejects.toThrow(
      new UnfilledPlaceholder('user'),
    );
  });

  it('judges the last answer, and its token can be taken back', async () => {
    const protocol = login();
    const verdict = protocol.judge({
      status: 200,
      contentType: 'application/json',
      headers: [
        ['x-token', 'tok'],
        ['set-cookie', 'region=eu-1; Path=/'],
      ],
      body: '{"plan":"pro"}',
    });
    expect(verdict).toMatchObject({
      granted: { values: { access_token: 'tok', 'metadata.plan': 'pro', 'metadata.region': 'eu-1' } },
    });
    const [request] =
      (await protocol.revoke?.(ground({ access_token: 'tok', 'metadata.account': '17' }), undefined)) ?? [];
    expect(request).toMatchObject({ method: 'DELETE', url: 'https://eu.acme.example/tokens/17' });
    expect(request?.headers).toContainEqual(['authorization', 'Bearer tok']);
  });

  it('tells what it provides, what refuses its token and that it needs no secret', () => {
    expect(login()).toMatchObject({
      provides: ['access_token', 'metadata.account', 'metadata.plan', 'metadata.region'],
      needsSecrets: [],
      refusedBy: [401, 419],
    });
  });

  it('has settings that only earlier steps fill besides the fields', () => {
    const filled = login().settings.map(({ path, filledFrom, alsoFilledBy }) => [
      path,
      filledFrom,
      alsoFilledBy,
    ]);
    expect(filled).toEqual([
      ['steps.0.url', 'fields', []],
      ['steps.0.json.user', 'fields', []],
      ['steps.0.json.password', 'fields', []],
      ['steps.1.url', 'fields', ['kept.csrf', 'kept.session']],
      ['steps.1.headers.Cookie', 'fields', ['kept.csrf', 'kept.session']],
      ['steps.1.headers.X-CSRF', 'fields', ['kept.csrf', 'kept.session']],
      ['steps.2.url', 'fields', ['kept.csrf', 'kept.session', 'kept.account']],
      ['steps.2.headers.X-CSRF', 'fields', ['kept.csrf', 'kept.session', 'kept.account']],
      ['steps.2.form.user', 'fields', ['kept.csrf', 'kept.session', 'kept.account']],
      ['revocation.url', 'answers', undefined],
      ['revocation.headers.Authorization', 'answers', undefined],
    ]);
  });
});

describe('the definition of a login', () => {
  const problems = (parts: Record<string, unknown>) =>
    LoginDefinition.safeParse({
      type: 'login',
      steps: [{ url: 'https://acme.example' }],
      ...parts,
    }).error?.issues.map(({ path }) => path.join('.'));

  it('names metadata only of what a step before the last keeps', () => {
    const steps = [
      { url: 'https://acme.example', keep: { a: 'a' } },
      { url: 'https://acme.example', keep: { b: 'b' } },
    ];
    const metadata = { one: { kept: 'a' }, two: { kept: 'b' }, three: { kept: 'toString' } };
    expect(problems({ steps, tokenResponse: { metadata } })).toEqual([
      'tokenResponse.metadata.two.kept',
      'tokenResponse.metadata.three.kept',
    ]);
  });

  it('has one to three steps', () => {
    const step = { url: 'https://acme.example' };
    expect(
      [0, 1, 3, 4].map((count) => problems({ steps: Array.from({ length: count }, () => step) })),
    ).toEqual([['steps'], undefined, undefined, ['steps']]);
  });
});
