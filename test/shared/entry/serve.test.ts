import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod';
import { provide } from '#shared/deps.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { NewKey } from '#shared/domain/keys/key.ts';
import { expectVersion } from '#shared/domain/versions.ts';
import { bytesEndpoint, endpoint, openEndpoint, pageEndpoint } from '#shared/entry/endpoint.ts';
import { html, page } from '#shared/entry/page.ts';
import { route } from '#shared/entry/route.ts';
import { serve } from '#shared/entry/serve.ts';
import { AppError, conflict } from '#shared/errors.ts';
import { AuthId, WorkspaceId } from '#shared/ids.ts';
import { HttpFailure } from '#shared/ports.ts';
import type { Role } from '#shared/permissions.ts';
import { call, type Sent } from '../../support/api.ts';
import { turns, world, type World } from '../../support/deps.ts';
import { actor, sharedWorkspace } from '../../support/nouns.ts';
import { capturedOutput } from '../../support/output.ts';

const Thing = z.strictObject({
  name: z.string().min(1),
  size: z.int().optional(),
  parts: z.array(z.strictObject({ key: z.string() })).optional(),
});
const inWorkspace = z.strictObject({ workspaceId: WorkspaceId });
const query = z.strictObject({ limit: z.coerce.number().int().max(10).default(5) });

const create = route({
  name: 'createThing',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/things',
  summary: 'Makes a thing.',
  needs: 'services:write',
  status: 201,
  request: { path: inWorkspace, body: Thing },
  response: z.object({ name: z.string(), count: z.int(), version: z.int() }),
});
const list = route({
  name: 'listThings',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/things',
  summary: 'Lists.',
  needs: 'services:read',
  request: { path: inWorkspace, query },
  response: z.object({ limit: z.int() }),
});
const edit = route({
  name: 'editThing',
  method: 'PUT',
  path: '/v1/umbrellas/{authId}',
  summary: 'Edits.',
  needs: 'umbrellas:write',
  request: { path: z.strictObject({ authId: AuthId }) },
  response: z.object({ version: z.int() }),
});
const open = route({
  name: 'open',
  method: 'GET',
  path: '/open',
  summary: 'Open.',
  response: z.object({ ok: z.boolean() }),
});
const remove = route({
  name: 'remove',
  method: 'DELETE',
  path: '/v1/things',
  summary: 'Ends.',
  needs: 'keys:write',
  status: 204,
});
const show = route({
  name: 'show',
  method: 'GET',
  path: '/page/{text}',
  summary: 'A page.',
  produces: 'html',
  request: { path: z.strictObject({ text: z.string() }), query: z.looseObject({}) },
});
const bytes = route({
  name: 'bytes',
  method: 'ANY',
  path: '/bytes/{size+}',
  summary: 'Bytes.',
  needs: 'auths:use',
  produces: 'any',
  consumes: 'bytes',
  request: { path: z.strictObject({ size: z.string() }), query: z.looseObject({}) },
});

let created: number;
let failure: unknown;

/** Throws what the test wants thrown, were it no error at all. */
const fail = (): void => {
  if (failure !== undefined) throw failure as Error;
};

async function* chunks(size: number) {
  for (let left = size; left > 0; left -= 100_000) {
    await Promise.resolve();
    fail();
    yield Buffer.alloc(Math.min(left, 100_000), 'x');
  }
}

let hung: AbortSignal | undefined;

/** Comes to no end of its own. */
async function* hangs(signal: AbortSignal) {
  hung = signal;
  yield Buffer.from('x');
  await once(signal, 'abort');
  throw new HttpFailure('aborted', true);
}

const handler = serve(
  endpoint(create, async ({ body }) => {
    await Promise.resolve();
    fail();
    created += 1;
    return { name: body.name, count: created, version: 1, hidden: 'never shown' };
  }),
  endpoint(list, ({ query: { limit } }) => Promise.resolve({ limit })),
  endpoint(edit, ({ ifMatch }) => {
    expectVersion(ifMatch, 3);
    return Promise.resolve({ version: 4 });
  }),
  endpoint(remove, () => Promise.resolve(undefined)),
  openEndpoint(open, async () => {
    await Promise.resolve();
    fail();
    return { ok: true };
  }),
  pageEndpoint(show, async ({ path }) => {
    await Promise.resolve();
    fail();
    return page({ title: path.text, body: html`<p title="${path.text}">${path.text}</p>` });
  }),
  bytesEndpoint(bytes, ({ path, call: { body, method, signal } }) =>
    Promise.resolve({
      status: 200,
      headers: [
        ['x-a', '1'],
        ['x-a', '2'],
        ['x-body', String((body as Uint8Array | undefined)?.length)],
      ],
      body: method === 'HANG' ? hangs(signal!) : chunks(Number(path.size)),
    }),
  ),
);

let w: World;
let key: string;
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  w = await world();
  provide(w.deps);
  created = 0;
  failure = undefined;
  key = await keyOf('owner');
  output = capturedOutput();
});
afterEach(() => output.stop());

const keyOf = async (role: Role, workspaceId?: string) =>
  (
    await createKey(w.deps, { by: actor(w), input: NewKey.parse({ name: 'k', role, workspaceId }) })
  ).text.reveal();

const send = (sent: Partial<Sent> & { path: string }, as = key) =>
  call(handler, { method: 'GET', ...sent, headers: { authorization: `Bearer ${as}`, ...sent.headers } });
const things = () => `/v1/workspaces/${w.workspaceId}/things`;
const post = (body: unknown, headers: Record<string, string> = {}, as = key) =>
  send({ method: 'POST', path: things(), body, headers }, as);

describe('who calls', () => {
  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['another scheme', 'Basic bGs6bGs='],
    ['a scheme alone', 'Bearer'],
    ['no key', 'Bearer lk_nothing'],
    ['two keys', 'Bearer a b'],
    ['two spaces', 'Bearer  a'],
  ])('must be told: 401 for %s, the way to do it in the answer', async (_, authorization) => {
    const { status, headers, error } = await call(handler, {
      method: 'POST',
      path: things(),
      body: '{',
      headers: authorization === undefined ? {} : { authorization },
    });
    expect([status, error.code]).toEqual([401, 'unauthenticated']);
    expect(headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('is told by a scheme in any case, and a header in any case', async () => {
    const { status } = await call(handler, {
      method: 'GET',
      path: things(),
      headers: { Authorization: `bEaReR ${key}` },
    });
    expect(status).toBe(200);
  });

  it('may do what the role holds: viewers read, contributors write, admins manage (R56, R8)', async () => {
    const tried = async (role: Role) => {
      const as = await keyOf(role);
      const answers = [
        await send({ path: things() }, as),
        await post({ name: 'a' }, {}, as),
        await send({ path: '/v1/things', method: 'DELETE' }, as),
      ];
      return answers.map(({ status }) => status);
    };
    expect(await tried('viewer')).toEqual([200, 403, 403]);
    expect(await tried('contributor')).toEqual([200, 201, 403]);
    expect(await tried('admin')).toEqual([200, 201, 204]);
    expect(await tried('owner')).toEqual([200, 201, 204]);
  });

  it('sees with a key of one workspace no other, and nothing of the organization to manage (R8)', async () => {
    const { id } = await sharedWorkspace(w);
    const as = await keyOf('admin', id);
    const elsewhere = await send({ path: things() }, as);
    expect([elsewhere.status, elsewhere.error.code]).toEqual([404, 'workspace_not_found']);
    expect((await send({ path: `/v1/workspaces/${id}/things` }, as)).status).toBe(200);
    expect((await send({ path: '/v1/things', method: 'DELETE' }, as)).status).toBe(403);
    expect((await send({ path: '/bytes/1' }, as)).status).toBe(200);
  });

  it('gets the same 404 for a workspace that there is not', async () => {
    const { id } = await sharedWorkspace(w);
    const there = await send({ path: things() }, await keyOf('admin', id));
    const nowhere = await send({ path: `/v1/workspaces/ws_${'0'.repeat(26)}/things` });
    expect([nowhere.status, nowhere.error]).toEqual([there.status, there.error]);
  });

  it('need not be told for what is open', async () => {
    expect((await call(handler, { method: 'GET', path: '/open' })).json).toEqual({ ok: true });
    expect((await call(handler, { method: 'GET', path: '/page/x' })).status).toBe(200);
  });
});

describe('what is asked', () => {
  it.each(['/', '/v1', '/v2/things', '/open/', '/OPEN', '/open/x', '//open'])(
    'is 404 for the path %s',
    async (path) => {
      const { status, error } = await send({ path });
      expect([status, error.code]).toEqual([404, 'route_not_found']);
    },
  );

  it('is 405 for another method, with those that there are', async () => {
    const { status, headers, error } = await send({ path: things(), method: 'DELETE' });
    expect([status, error.code, headers['allow']]).toEqual([405, 'method_not_allowed', 'POST, GET']);
  });

  it.each(['{', '{"name": "a",}', 'name=a', '\u0000'])(
    'is 400 with a body that is no JSON: %j',
    async (body) => {
      const { status, error } = await post(body);
      expect([status, error.code, error.details[0]?.path]).toEqual([400, 'invalid_json', 'body']);
    },
  );

  it('is 400 with a body that is no UTF-8', async () => {
    const body = Buffer.from([0x22, 0xff, 0x22]).toString('base64');
    const { status, error } = await send({ method: 'POST', path: things(), body, base64: true });
    expect([status, error.code]).toEqual([400, 'invalid_body']);
  });

  it('is 400 with an id of another form, the place named', async () => {
    const { status, error } = await send({ path: '/v1/workspaces/svc_1/things' });
    expect([status, error.code, error.details]).toMatchObject([
      400,
      'invalid_request',
      [{ path: 'path.workspaceId' }],
    ]);
  });

  it('is 400 with a path that is no percent-encoded UTF-8', async () => {
    const { status } = await send({ path: '/v1/workspaces/%ff/things' });
    expect(status).toBe(400);
  });

  it.each([
    ['limit=11', 'query.limit'],
    ['limit=x', 'query.limit'],
    ['limit=1&limit=2', 'query.limit'],
    ['limit=1&other=2', 'query.other'],
  ])('is 400 with the query %s', async (text, path) => {
    const { status, error } = await send({ path: things(), query: text });
    expect([status, error.details]).toMatchObject([400, [{ path }]]);
  });

  it('is 422 with a body of another form, the path of each wrong field named and no value repeated', async () => {
    const { status, error, text } = await post({
      name: '',
      size: 'planted',
      parts: [{ key: 'a' }, { key: 7 }],
    });
    expect(status).toBe(422);
    expect(error.details.map(({ path }) => path)).toEqual(['body.name', 'body.size', 'body.parts.1.key']);
    expect(text).not.toContain('planted');
  });

  it('is 422 with a field that there is not, which is named', async () => {
    const { status, error } = await post({ name: 'a', unheard: 1 });
    expect([status, error.details]).toMatchObject([
      422,
      [{ path: 'body.unheard', message: expect.stringContaining('no such member') }],
    ]);
  });

  it('is 422 without a body where one is needed', async () => {
    expect((await send({ method: 'POST', path: things() })).status).toBe(422);
  });

  it('is 413 with more than a megabyte', async () => {
    const { status, error } = await post(JSON.stringify({ name: 'x'.repeat(1_048_576) }));
    expect([status, error.code]).toEqual([413, 'body_too_large']);
  });

  it('may be base 64, as API Gateway sends it', async () => {
    const body = Buffer.from(JSON.stringify({ name: 'ü' })).toString('base64');
    expect((await send({ method: 'POST', path: things(), body, base64: true })).json).toMatchObject({
      name: 'ü',
    });
  });
});

describe('what is answered', () => {
  it('holds what the response schema knows, an ETag and the id of the request', async () => {
    const { status, headers, json } = await post({ name: 'a' });
    expect([status, json]).toEqual([201, { name: 'a', count: 1, version: 1 }]);
    expect(headers).toMatchObject({
      etag: '"1"',
      'latchkey-request-id': 'request-1',
      'content-type': 'application/json',
    });
  });

  it.each<[string | undefined, number]>([
    [undefined, 200],
    ['"3"', 200],
    ['*', 200],
    ['"2"', 412],
    ['3', 412],
    ['W/"3"', 412],
    ['a b', 400],
    ['', 400],
  ])('to If-Match %j is %d', async (value, expected) => {
    const headers: Record<string, string> = value === undefined ? {} : { 'if-match': value };
    const { status } = await send({ method: 'PUT', path: `/v1/umbrellas/auth_${'0'.repeat(26)}`, headers });
    expect(status).toBe(expected);
  });

  it('to an Idempotency-Key is the same once more, and the act is done once', async () => {
    const first = await post({ name: 'a' }, { 'Idempotency-Key': 'k-1' });
    const second = await post({ name: 'a' }, { 'idempotency-key': 'k-1' });
    expect([second.status, second.text, created]).toEqual([201, first.text, 1]);
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(second.headers['etag']).toBe('"1"');
    expect((await post({ name: 'b' }, { 'idempotency-key': 'k-1' })).status).toBe(422);
    expect((await post({ name: 'a' }, { 'idempotency-key': 'k-2' })).json).toMatchObject({ count: 2 });
    expect((await post({ name: 'a' }, { 'idempotency-key': 'with space' })).status).toBe(400);
  });

  it('to an Idempotency-Key of a call that failed is a new try', async () => {
    failure = conflict('busy', 'Busy.');
    expect((await post({ name: 'a' }, { 'idempotency-key': 'k' })).status).toBe(409);
    failure = undefined;
    expect((await post({ name: 'a' }, { 'idempotency-key': 'k' })).status).toBe(201);
  });

  it('to no content is none', async () => {
    const { status, text } = await send({ path: '/v1/things', method: 'DELETE' });
    expect([status, text]).toEqual([204, '']);
  });

  it('to an error of ours is its status, code, sentence and details', async () => {
    failure = conflict('busy', 'Busy now.', [{ path: 'body.name', message: 'Other.' }]);
    const { status, headers, json } = await post({ name: 'a' });
    expect([status, headers['latchkey-error'], json]).toEqual([
      409,
      'busy',
      {
        error: { code: 'busy', message: 'Busy now.', details: [{ path: 'body.name', message: 'Other.' }] },
        requestId: 'request-1',
      },
    ]);
  });

  it.each<[string, unknown]>([
    ['an error', new Error('planted-secret')],
    ['an error with a cause', new Error('planted-secret', { cause: new TypeError('planted-cause') })],
    [
      'an error of ours with a cause',
      new AppError(503, 'down', 'Down.', { cause: new Error('planted-cause') }),
    ],
    ['what is no error', 'planted-text'],
    ['an error of two lines', new Error('planted-secret\nplanted-line')],
    ['what a parser says', new SyntaxError(`Unexpected token 'p', "planted-token" is not valid JSON`)],
    [
      'what a schema says',
      new z.ZodError([
        { code: 'custom', path: ['planted-path'], message: 'planted-message', input: 'planted' },
      ]),
    ],
  ])('to %s that nobody foresaw has no word of its text, nor has the log', async (_, error) => {
    failure = error;
    for (const answered of [
      await post({ name: 'a' }),
      await send({ path: '/open' }),
      await send({ path: '/page/x' }),
    ]) {
      expect(answered.status).toBeGreaterThanOrEqual(500);
      expect(JSON.stringify(answered)).not.toContain('planted');
    }
    expect(output.text()).toContain('The call failed.');
    expect(output.text()).not.toContain('planted');
  });

  it('is logged with the name of the route, never with path, query, headers or body', async () => {
    await send({
      path: '/page/planted-path',
      query: 'q=planted-query',
      headers: { 'x-a': 'planted-header' },
    });
    await post({ name: 'planted-body' });
    await post('{"name": planted-broken');
    await send({ path: '/planted-unknown' });
    expect(output.text()).toContain('"route":"show"');
    expect(output.text()).not.toContain('planted');
    expect(output.text()).not.toContain(key);
  });
});

describe('a page', () => {
  const script = '<script>alert("x")</script>\'&';

  it('escapes what it is given, in text and attributes', async () => {
    const { text, headers } = await send({ path: `/page/${encodeURIComponent(script)}` });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;');
  });

  it('runs nothing, is framed by nobody, kept nowhere and tells nobody where one came from', async () => {
    const { headers } = await send({ path: '/page/x' });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  it('tells of an error as a page, escaped', async () => {
    failure = new AppError(422, 'bad', `Wrong: ${script}`);
    const { status, text, headers } = await send({ path: '/page/x' });
    expect([status, headers['content-type']]).toEqual([422, 'text/html; charset=utf-8']);
    expect(text).toContain('Wrong: &lt;script&gt;');
    expect(text).not.toContain('<script');
  });
});

describe("somebody else's bytes", () => {
  it('go through as they are, with repeated headers joined', async () => {
    const { status, text, headers } = await send({ path: '/bytes/250000', method: 'PURGE', body: 'abc' });
    expect([status, text.length, headers['x-a'], headers['x-body']]).toEqual([200, 250_000, '1, 2', '3']);
  });

  it('go through up to 4.4 MB; beyond, the answer says where to call instead', async () => {
    expect((await send({ path: '/bytes/4400000' })).text).toHaveLength(4_400_000);
    const { status, headers, error } = await send({ path: '/bytes/4400001' });
    expect([status, error.code, headers['latchkey-error']]).toEqual([
      413,
      'answer_too_large',
      'answer_too_large',
    ]);
    expect(headers['latchkey-request-id']).toBe('request-1');
    expect(error.message).toMatch(/6 MB.*streaming/);
  });

  it('name the streaming URL where the deployment has one', async () => {
    provide({ ...w.deps, settings: { ...w.deps.settings, streamingUrl: 'https://stream.example' } });
    const { error } = await send({ path: '/bytes/4400001' });
    expect(error.message).toContain('https://stream.example');
  });

  it('that do not come to their end before the API gives up are a 504 in time, which says so', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    try {
      const answered = send({ path: '/bytes/0', method: 'HANG' });
      await turns();
      await jest.advanceTimersByTimeAsync(28_499);
      expect(hung?.aborted).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      const { status, headers, error } = await answered;
      expect([status, error.code, headers['latchkey-error']]).toEqual([
        504,
        'upstream_timeout',
        'upstream_timeout',
      ]);
      expect(error.message).toMatch(/30 seconds.*streaming/);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('that break off in the middle are an error of the service, told as one', async () => {
    failure = new HttpFailure('reset', true);
    const { status, error } = await send({ path: '/bytes/250000' });
    expect([status, error.code]).toEqual([502, 'upstream_broke_off']);
  });
});
