import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endUserAuths, linkAuth } from '#shared/domain/end-users/auth-link.ts';
import { indexMarks } from '#shared/domain/end-users/index-auths.ts';
import { routes } from '#functions/routes.ts';
import { hour, minute } from '../../support/deps.ts';
import {
  authNow,
  countingTokens,
  legacyService,
  oauth2Document,
  tokenDocument,
} from '../../support/nouns.ts';
import { callAs, embeddedWorld, type EmbeddedWorld } from '../../support/embedded.ts';
import { capturedOutput } from '../../support/output.ts';

let w: EmbeddedWorld;
let keyed: string;
let acme: string;
let ada: string;
let bob: string;
let output: ReturnType<typeof capturedOutput>;

const owner = (method: string, path: string, body?: unknown) => callAs(w.keys.owner, method, path, { body });

const makeAuth = async (endUserId: string | undefined, key = 'the-key'): Promise<string> => {
  const body = { serviceId: keyed, name: `Of ${endUserId ?? 'us'}`, fields: { api_key: key }, endUserId };
  const { status, json } = await owner('POST', `${w.base}/auths`, body);
  expect(status).toBe(201);
  return String(json['id']);
};

beforeEach(async () => {
  output = capturedOutput();
  w = await embeddedWorld();
  w.http.answers(countingTokens());
  keyed = String((await owner('POST', `${w.base}/services`, tokenDocument())).json['id']);
  acme = String((await owner('POST', `${w.base}/services`, oauth2Document())).json['id']);
  const body = { name: 'Sync', serviceIds: [keyed, acme] };
  const solution = String((await owner('POST', `${w.base}/solutions`, body)).json['id']);
  await owner('POST', `${w.base}/solutions/${solution}/publish`);
  [ada, bob] = [await w.sessionOf('ada'), await w.sessionOf('bob')];
});
afterEach(() => output.stop());

const items = async (token: string, path: string) =>
  (await callAs(token, 'GET', path)).json['items'] as readonly Record<string, unknown>[];

describe('a session of an end user', () => {
  it('has a token that is shown once, kept as a hash, and lives an hour unless it is said', async () => {
    const path = `${w.base}/end-user-sessions`;
    const { status, json, headers } = await owner('POST', path, { endUserId: 'eve', expiresInSeconds: 60 });
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    const token = String(json['token']);
    expect(token).toMatch(/^lu_[0-9a-z_]+$/);
    expect(w.store.dump()).not.toContain(token.slice(-52));
    expect(JSON.stringify(await items(w.keys.contributor, path))).not.toContain(token.slice(-52));
    expect((await callAs(token, 'GET', '/v1/end-user/auths')).status).toBe(200);
    await w.clock.advance(minute);
    expect((await callAs(token, 'GET', '/v1/end-user/auths')).status).toBe(401);
    expect((await callAs(ada, 'GET', '/v1/end-user/auths')).status).toBe(200);
    await w.clock.advance(hour);
    expect((await callAs(ada, 'GET', '/v1/end-user/auths')).status).toBe(401);
    expect(await items(w.keys.contributor, path)).toEqual([]);
  });

  it.each([0, 59, 86_401, 1.5, '60'])('is refused a life of %p seconds', async (expiresInSeconds) => {
    const { status } = await owner('POST', `${w.base}/end-user-sessions`, {
      endUserId: 'eve',
      expiresInSeconds,
    });
    expect(status).toBe(422);
  });

  it.each(['', 'a b', 'a#b', 'a/b', 'x'.repeat(201)])('is refused for the id %p', async (endUserId) => {
    expect((await owner('POST', `${w.base}/end-user-sessions`, { endUserId })).status).toBe(422);
  });

  it('is opened and ended by contributors alone, and stops working within ten seconds', async () => {
    const path = `${w.base}/end-user-sessions`;
    const refused = await callAs(w.keys.viewer, 'POST', path, { body: { endUserId: 'eve' } });
    expect(refused.status).toBe(403);
    const found = await items(w.keys.contributor, path);
    const own = found.find(({ endUserId }) => endUserId === 'ada')!;
    const at = `${path}/${String(own['id'])}`;
    expect((await callAs(ada, 'GET', '/v1/end-user/auths')).status).toBe(200);
    expect((await callAs(w.keys.viewer, 'DELETE', at)).status).toBe(403);
    const elsewhere = at.replace(w.embedded, w.workspaceId);
    expect((await callAs(w.keys.contributor, 'DELETE', elsewhere)).status).toBe(404);
    expect((await callAs(w.keys.contributor, 'DELETE', at)).status).toBe(204);
    await w.clock.advance(10_000);
    expect((await callAs(ada, 'GET', '/v1/end-user/auths')).status).toBe(401);
    expect((await callAs(bob, 'GET', '/v1/end-user/auths')).status).toBe(200);
    expect((await callAs(w.keys.contributor, 'DELETE', at)).status).toBe(404);
  });

  it('is listed by end user', async () => {
    const { json } = await callAs(w.keys.contributor, 'GET', `${w.base}/end-user-sessions`, {
      query: 'endUserId=bob',
    });
    expect(json['items']).toMatchObject([{ endUserId: 'bob' }]);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -1)],
    ['with another secret', (text: string) => text.slice(0, -52) + '0'.repeat(52)],
    ['with the prefix of a key', (text: string) => text.replace('lu_', 'lk_')],
    ['in capitals', (text: string) => text.toUpperCase()],
    ['twice', (text: string) => `${text},${text}`],
  ])('is not taken %s', async (_, change) => {
    expect((await callAs(change(ada), 'GET', '/v1/end-user/auths')).status).toBe(401);
  });
});

describe('what an end user may do', () => {
  it('R26 is to choose among the services of published solutions, of which nothing but name, icon and help is shown', async () => {
    await owner('POST', `${w.base}/services`, tokenDocument({ name: 'Unpublished' }));
    expect(await items(ada, '/v1/end-user/services')).toEqual(
      expect.arrayContaining([
        { id: keyed, name: 'Keyed', icon: null, documentationUrl: null },
        { id: acme, name: 'Acme', icon: null, documentationUrl: null },
      ]),
    );
    expect(await items(ada, '/v1/end-user/services')).toHaveLength(2);
  });

  it('R17 is not to choose a legacy service that is over, though its solution is published', async () => {
    const sunsetAt = new Date(w.clock.now() + hour / 2).toISOString();
    const { id } = await legacyService(w, { sunsetAt });
    const sol = (await owner('POST', `${w.base}/solutions`, { name: 'Old', serviceIds: [id] })).json;
    await owner('POST', `${w.base}/solutions/${String(sol['id'])}/publish`);
    const offered = async () => (await items(ada, '/v1/end-user/services')).map((one) => one['id']);
    expect(await offered()).toContain(id);
    await w.clock.advance(hour / 2);
    expect(await offered()).not.toContain(id);
    expect(await offered()).toContain(keyed);
  });

  it('R27 is to connect, list, read, rename, use and delete the own auths', async () => {
    const { status, json } = await callAs(ada, 'POST', '/v1/end-user/connect-sessions', {
      body: { serviceId: acme },
    });
    expect(status).toBe(201);
    const page = await callAs('', 'GET', new URL(String(json['url'])).pathname);
    const state = new URL(page.headers['location'] ?? '').searchParams.get('state') ?? '';
    await callAs('', 'GET', '/oauth/callback', { query: `code=the-code&state=${state}` });
    const own = `/v1/end-user/connect-sessions/${String(json['id'])}`;
    const ended = await callAs(ada, 'GET', own);
    expect(ended.json['status']).toBe('complete');
    const path = `/v1/end-user/auths/${String(ended.json['authId'])}`;
    expect(await items(ada, '/v1/end-user/auths')).toMatchObject([{ name: 'Acme', state: 'active' }]);
    expect(Object.keys((await callAs(ada, 'GET', path)).json)).not.toEqual(
      expect.arrayContaining(['metadata']),
    );
    const renamed = await callAs(ada, 'PATCH', path, { body: { name: 'My shop' } });
    expect([renamed.status, renamed.json['name']]).toEqual([200, 'My shop']);
    const used = await callAs(ada, 'GET', `/v1/proxy/${String(ended.json['authId'])}/me`);
    expect(used.status).toBe(200);
    expect((await callAs(ada, 'DELETE', path)).status).toBe(204);
    expect(await items(ada, '/v1/end-user/auths')).toEqual([]);
    expect((await callAs(bob, 'GET', own)).status).toBe(404);
  });

  it('R26 is not to connect with a service that no published solution uses, wherever it stands', async () => {
    const organizations = `/v1/workspaces/${w.workspaceId}/services`;
    const ours = String((await owner('POST', organizations, tokenDocument({ name: 'Ours' }))).json['id']);
    const { status, error } = await callAs(ada, 'POST', '/v1/end-user/connect-sessions', {
      body: { serviceId: ours },
    });
    expect([status, error.code]).toEqual([403, 'solution_not_published']);
    // A builder may give an end user an auth of it all the same: that is no service of the embedded workspace.
    const built = { serviceId: ours, endUserId: 'ada' };
    expect((await owner('POST', `${w.base}/connect-sessions`, built)).status).toBe(201);
  });

  it.each([{ endUserId: 'bob' }, { metadata: {} }, { tags: [] }, { environment: 'production' }])(
    'R27 is not to say %p of a connect session',
    async (more) => {
      const body = { serviceId: acme, ...more };
      expect((await callAs(ada, 'POST', '/v1/end-user/connect-sessions', { body })).status).toBe(422);
    },
  );

  const own = routes.filter(({ noun }) => noun === 'own-auths' || noun === 'proxy');
  const others = routes.filter(
    ({ noun, route }) => route.needs !== 'nobody' && !own.some((o) => o.noun === noun),
  );

  it.each(others.map(({ route }) => [route.name, route] as const))(
    'R27 is nothing else: %s is refused, also in their own workspace',
    async (_, route) => {
      const authId = await makeAuth('ada');
      const path = route.path.replace(/\{(\w+)\+?\}/g, (_all, name: string) => {
        const ids: Record<string, string> = { workspaceId: w.embedded, serviceId: keyed, authId };
        const prefixes: Record<string, string> = {
          sessionId: 'cs',
          umbrellaId: 'umb',
          subscriptionId: 'sub',
          deliveryId: 'dlv',
          keyId: 'key',
          solutionId: 'sol',
          endUserSessionId: 'eus',
          receiptId: 'rcp',
        };
        const prefix = prefixes[name];
        return ids[name] ?? (prefix === undefined ? 'x' : `${prefix}_${'0'.repeat(26)}`);
      });
      const { status } = await callAs(ada, route.method, path, { body: route.example });
      // Where this test knows no id of the right form, the path may be refused for that first.
      if (path.includes('/x')) expect([400, 403, 404, 422]).toContain(status);
      else expect(status).toBe(403);
    },
  );

  it('R27 leaves another workspace unknown', async () => {
    const { status, error } = await callAs(ada, 'GET', `/v1/workspaces/${w.workspaceId}/auths`);
    expect([status, error.code]).toEqual([404, 'workspace_not_found']);
  });
});

describe('two end users', () => {
  it('R27 reach nothing of each other: every own route and the proxy answer as for what does not exist', async () => {
    const hers = await makeAuth('ada');
    const none = `auth_${'0'.repeat(26)}`;
    const session = await callAs(ada, 'POST', '/v1/end-user/connect-sessions', { body: { serviceId: acme } });
    const reach = async (authId: string, sessionId: string) => {
      const answers = [
        await callAs(bob, 'GET', `/v1/end-user/auths/${authId}`),
        await callAs(bob, 'PATCH', `/v1/end-user/auths/${authId}`, { body: { name: 'Mine' } }),
        await callAs(bob, 'DELETE', `/v1/end-user/auths/${authId}`),
        await callAs(bob, 'GET', `/v1/end-user/connect-sessions/${sessionId}`),
        await callAs(bob, 'POST', '/v1/end-user/connect-sessions', {
          body: { serviceId: acme, authId },
        }),
        await callAs(bob, 'GET', `/v1/proxy/${authId}`),
        await callAs(bob, 'POST', `/v1/proxy/${authId}/me`, { body: {} }),
      ];
      return answers.map(({ status, error }) => ({ status, ...error }));
    };
    const hersAsked = await reach(hers, String(session.json['id']));
    expect(hersAsked).toEqual(await reach(none, `cs_${'0'.repeat(26)}`));
    expect(hersAsked.every(({ status }) => status === 404)).toBe(true);
    expect((await authNow(w, hers)).name).toBe('Of ada');
    expect(await items(bob, '/v1/end-user/auths')).toEqual([]);
    expect(await items(ada, '/v1/end-user/auths')).toHaveLength(1);
  });

  it('R27 with ids of which one begins with the other see each their own', async () => {
    await makeAuth('ada');
    await makeAuth('ada2');
    const token = await w.sessionOf('ada2');
    expect(await items(token, '/v1/end-user/auths')).toMatchObject([{ name: 'Of ada2' }]);
    expect(await items(ada, '/v1/end-user/auths')).toMatchObject([{ name: 'Of ada' }]);
  });

  it('R27 of the same id in two workspaces are two', async () => {
    const path = `/v1/workspaces/${w.workspaceId}`;
    const { json } = await owner('POST', `${path}/services`, tokenDocument());
    const body = { serviceId: json['id'], name: 'x', fields: { api_key: 'k' }, endUserId: 'ada' };
    const { json: auth } = await owner('POST', `${path}/auths`, body);
    expect((await callAs(ada, 'GET', `/v1/proxy/${String(auth['id'])}/me`)).status).toBe(404);
    expect((await callAs(ada, 'GET', `/v1/end-user/auths/${String(auth['id'])}`)).status).toBe(404);
    expect(await items(ada, '/v1/end-user/auths')).toEqual([]);
  });

  it('R27 are listed for builders with what their auths are, never what they hold', async () => {
    const planted = 'planted-credential';
    await makeAuth('bob', planted);
    await makeAuth('ada', planted);
    await makeAuth('ada', planted);
    await makeAuth(undefined, planted);
    const all: unknown[] = [];
    let cursor = '';
    do {
      const { json, text } = await callAs(w.keys.contributor, 'GET', `${w.base}/end-users`, {
        query: `limit=1${cursor}`,
      });
      expect(text).not.toContain(planted);
      all.push(...(json['items'] as unknown[]));
      const next = json['nextCursor'] as string | null;
      cursor = next === null ? '' : `&cursor=${next}`;
    } while (cursor !== '');
    expect(all).toMatchObject([
      { id: 'ada', auths: [{ name: 'Of ada' }, { name: 'Of ada' }], moreAuths: false },
      { id: 'bob', auths: [{ name: 'Of bob', state: 'active' }] },
    ]);
    expect((await callAs(w.keys.viewer, 'GET', `${w.base}/end-users`)).status).toBe(403);
  });
});

describe('auths of end users that were made before there were links', () => {
  it('are found, once, by the first who looks', async () => {
    const ids = [await makeAuth('ada'), await makeAuth('bob')];
    for (const id of ids) {
      const auth = await authNow(w, id);
      const { key } = endUserAuths.place({ ...auth, endUserId: auth.endUserId!, authId: id });
      const link = await w.deps.store.get(endUserAuths, key);
      await w.deps.store.remove(endUserAuths, link!);
      expect(await w.deps.store.get(endUserAuths, key)).toBeUndefined();
    }
    expect(await items(ada, '/v1/end-user/auths')).toHaveLength(1);
    expect(await items(w.keys.contributor, `${w.base}/end-users`)).toHaveLength(2);
    const { key } = indexMarks.place({
      organizationId: w.organizationId,
      workspaceId: w.embedded,
      done: true,
      revision: 0,
    });
    expect(await w.deps.store.get(indexMarks, key)).toMatchObject({ done: true, revision: 1 });
  });

  it('that was never made is not shown', async () => {
    const auth = {
      ...(await authNow(w, await makeAuth('bob'))),
      id: `auth_${'1'.repeat(26)}`,
      endUserId: 'ada',
    };
    await linkAuth(w.deps, auth);
    expect(await items(ada, '/v1/end-user/auths')).toEqual([]);
    expect(await items(w.keys.contributor, `${w.base}/end-users`)).toMatchObject([{ id: 'bob' }]);
  });
});
