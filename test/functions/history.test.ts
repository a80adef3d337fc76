import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import type { EntryView } from '#shared/domain/history/view.ts';
import type { Route } from '#shared/entry/route.ts';
import type { KeyRole } from '#shared/permissions.ts';
import { routes } from '#functions/routes.ts';
import { call, type Answered, type Sent } from '../support/api.ts';
import { hour, minute, world, type World } from '../support/deps.ts';
import {
  actor,
  connectedAuth,
  countingTokens,
  oauth2Document,
  oauth2Service,
  sharedWorkspace,
  tokenDocument,
  tokenUrl,
  umbrella,
} from '../support/nouns.ts';
import { subscribed, webhookAt } from '../support/deliveries.ts';
import { capturedOutput } from '../support/output.ts';
import { answer } from '../support/watched.ts';

const bare = '0'.repeat(26);
/** Stands in every body and header that is sent, and in nothing that is told. */
const planted = 'planted-secret';

let w: World;
let output: ReturnType<typeof capturedOutput>;
let owner = '';
let viewer = '';
let ids: Record<string, string>;

const keyOf = async (role: KeyRole, workspaceId?: string) => {
  const { key, text } = await createKey(w.deps, {
    by: actor(w),
    input: { name: role, role, workspaceId },
  });
  return { id: key.id, authorization: `Bearer ${text.reveal()}` };
};

beforeEach(async () => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
  owner = `Bearer ${(await firstKey(w.deps, w.organizationId)).reveal()}`;
  viewer = (await keyOf('viewer')).authorization;
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === tokenUrl ? tokens() : answer(200)));
  const service = await oauth2Service(w);
  ids = {
    workspaceId: w.workspaceId,
    serviceId: service.id,
    authId: (await connectedAuth(w, service)).id,
    umbrellaId: (await umbrella(w)).id,
    subscriptionId: (await subscribed(w, webhookAt('ops'))).subscription.id,
    keyId: `key_${bare}`,
    sessionId: `cs_${bare}`,
    deliveryId: `dlv_${bare}`,
    connectorId: `con_${bare}`,
    solutionId: `sol_${bare}`,
    receiptId: `rcp_${bare}`,
    organizationId: `org_${bare}`,
    endUserSessionId: `eus_${bare}`,
    userId: 'user-1',
    endUserId: 'customer-17',
    legacyId: 'legacy-1',
    path: 'x',
  };
});

afterEach(() => output.stop());

const send = async (noun: string, sent: Sent): Promise<Answered> => {
  const { handler } = (await import(`#functions/${noun}/lambda.ts`)) as { handler: unknown };
  return call(handler, sent);
};

const pathOf = ({ path }: Pick<Route, 'path'>): string =>
  path.replace(/\{(\w+)\+?\}/g, (_, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`Say above what stands for {${name}}.`);
    return id;
  });

/** The history as an owner reads it. */
const history = async (query = ''): Promise<readonly EntryView[]> => {
  const { json, status } = await send('history', {
    method: 'GET',
    path: '/v1/history',
    query: `limit=200&${query}`,
    headers: { authorization: owner },
  });
  expect(status).toBe(200);
  return json['items'] as EntryView[];
};

/** What the call of a route leaves in the history. */
const leftBy = async (act: () => Promise<Answered>) => {
  const before = new Set((await history()).map(({ id }) => id));
  const answered = await act();
  const entries = (await history()).filter(({ id }) => !before.has(id));
  return { answered, entries };
};

const known = routes.filter(({ route }) => route.needs !== 'nobody');
const changing = known.filter(({ route }) => route.method !== 'GET');

/** What is there to change nothing, though it is no GET. */
const withoutEntry = ['parseCurl'];
/** Where only the use of a credential is to be told, which is counted. */
const counted = ['proxyCall', 'proxyCallBase', 'sendHttpRequest'];
/** A person's page, which nobody has to say who they are for; what comes of it stands in the history of the auth. */
const pages = ['submitConnectPage'];

describe('every route that changes something, or reads a credential', () => {
  it('stands in the history, each call or each use, but for those named here', () => {
    const none = routes.filter(({ route }) => route.method !== 'GET' && route.history === 'none');
    expect(none.map(({ route }) => route.name).sort()).toEqual([...withoutEntry, ...pages].sort());
    const use = routes.filter(({ route }) => route.history === 'use').map(({ route }) => route.name);
    expect(use.sort()).toEqual([...counted].sort());
    for (const { route } of known) if (route.holdsSecret) expect(route.history).toBe('each');
  });

  it.each(
    changing
      .filter(({ route }) => route.history === 'each')
      .map(({ noun, route }) => [route.name, noun, route] as const),
  )(
    '%s leaves exactly one entry, done or refused, with actor, action, status and subjects',
    async (_, noun, route) => {
      const method = route.method === 'ANY' ? 'POST' : route.method;
      const calls: readonly Omit<Sent, 'method' | 'path'>[] = [
        { body: route.example, headers: { authorization: owner } },
        { body: { [planted]: planted }, query: `q=${planted}`, headers: { authorization: owner } },
        { body: route.example, headers: { authorization: viewer } },
      ];
      for (const sent of calls) {
        const { answered, entries } = await leftBy(() =>
          send(noun, {
            ...sent,
            method,
            path: pathOf(route),
            headers: { ...sent.headers, 'user-agent': 'Backend/1' },
          }),
        );
        const { status } = answered;
        expect(entries).toHaveLength(1);
        const [entry] = entries;
        expect(entry).toMatchObject({
          action: route.name,
          status,
          outcome: status < 400 ? 'done' : status < 500 ? 'refused' : 'failed',
          code: status < 400 ? null : answered.error.code,
          actor: { type: 'key', role: sent.headers?.['authorization'] === owner ? 'owner' : 'viewer' },
          requestId: 'request-1',
          from: { address: '203.0.113.7', agent: 'Backend/1' },
          repeated: false,
        });
        const named = [...route.path.matchAll(/\{(\w+Id)\}/g)].map(([, name = '']) => name);
        const subjects = named.filter((name) => name !== 'endUserId').map((name) => ids[name]);
        expect(entry!.subjects).toEqual(expect.arrayContaining(subjects));
        expect(entry!.workspaceId).toBe(named.includes('workspaceId') ? ids['workspaceId'] : null);
        // Deleted or moved by the call itself, for the next one.
        if (route.method === 'DELETE' && status < 400) break;
      }
      const lines = JSON.stringify(await history());
      expect(lines).not.toContain(planted);
      expect(lines).not.toContain('the-key-of-the-account');
      expect(lines).not.toContain('customer-17');
    },
  );

  it.each(
    known
      .filter(({ route }) => route.history === 'use')
      .map(({ noun, route }) => [route.name, noun, route] as const),
  )(
    '%s leaves an entry of its own when it is forbidden, and is counted when it is not',
    async (_, noun, route) => {
      const method = route.method === 'ANY' ? 'POST' : route.method;
      const body = { authId: ids['authId'], method: 'GET', path: '/me' };
      const path = pathOf(route);
      const forbidden = await leftBy(() =>
        send(noun, { method, path, body, headers: { authorization: viewer } }),
      );
      expect(forbidden.answered.status).toBe(403);
      expect(forbidden.entries).toMatchObject([
        { action: route.name, outcome: 'refused', code: 'forbidden' },
      ]);
      const used = await leftBy(() => send(noun, { method, path, body, headers: { authorization: owner } }));
      expect(used.answered.status).toBe(200);
      expect(used.entries).toMatchObject([
        {
          action: 'useCredential',
          uses: 1,
          workspaceId: ids['workspaceId'],
          subjects: [ids['workspaceId'], ids['authId'], ids['serviceId']],
          actor: { type: 'key', role: 'owner' },
        },
      ]);
    },
  );
});

describe('an entry', () => {
  const post = async (path: string, body: unknown, headers = {}) => {
    // Within one millisecond nothing comes before anything.
    await w.clock.advance(1);
    const noun = path.slice(path.lastIndexOf('/') + 1);
    return send(noun, { method: 'POST', path, body, headers: { authorization: owner, ...headers } });
  };

  it('names what was made, and nothing else of the answer or the body', async () => {
    const workspace = await post('/v1/workspaces', { name: `Team ${planted}`, kind: 'shared' });
    const services = `/v1/workspaces/${String(workspace.json['id'])}/services`;
    const service = await post(services, tokenDocument({ name: planted }));
    const auth = await post(services.replace('services', 'auths'), {
      serviceId: service.json['id'],
      name: planted,
      endUserId: 'customer-17',
      fields: { api_key: planted },
    });
    const key = await post('/v1/keys', { name: planted, role: 'viewer' });
    const [first, second, third, fourth] = [...(await history())].reverse();
    const { id: workspaceId } = workspace.json;
    expect(first).toMatchObject({ action: 'createWorkspace', subjects: [workspaceId], workspaceId: null });
    expect(second).toMatchObject({
      action: 'createService',
      subjects: [workspaceId, service.json['id']],
      workspaceId,
    });
    expect(third).toMatchObject({ action: 'createAuth', status: 201 });
    expect([...third!.subjects].sort()).toEqual(
      [workspaceId, service.json['id'], auth.json['id']].map(String).sort(),
    );
    expect(fourth).toMatchObject({ action: 'createKey', subjects: [key.json['id']] });
    const text = JSON.stringify(await history());
    for (const kept of [planted, 'customer-17', String(key.json['key'])]) expect(text).not.toContain(kept);
  });

  it('of an answer that is given once more says that nothing was done', async () => {
    const again = { 'idempotency-key': 'once' };
    const body = { name: 'Backend', role: 'viewer' };
    const first = await post('/v1/keys', body, again);
    const second = await post('/v1/keys', body, again);
    expect(second.json).toEqual(first.json);
    const subjects = [first.json['id']];
    expect(await history()).toMatchObject([
      { action: 'createKey', status: 201, repeated: true, subjects },
      { action: 'createKey', status: 201, repeated: false, subjects },
    ]);
  });

  it('is there before the act: what cannot be written down is not done', async () => {
    const refusing = (collection: { name: string }) => collection.name === 'history_entry';
    const store = {
      ...w.deps.store,
      insert: (collection: never, item: never) =>
        refusing(collection) ? Promise.reject(new Error('down')) : w.deps.store.insert(collection, item),
    };
    provide({ ...w.deps, store: store as never });
    const keys = w.store.keys().length;
    expect((await post('/v1/keys', { name: 'Backend', role: 'viewer' })).status).toBe(500);
    expect(w.store.keys()).toHaveLength(keys);
    const forbidden = await post('/v1/keys', { name: 'Backend', role: 'viewer' }, { authorization: viewer });
    expect(forbidden.status).toBe(403);
  });

  it('stays begun when nobody lives to say how it ended; the caller has the answer', async () => {
    const store = {
      ...w.deps.store,
      replace: (collection: { name: string }, item: never) =>
        collection.name === 'history_entry'
          ? Promise.reject(new Error('down'))
          : w.deps.store.replace(collection as never, item),
    };
    provide({ ...w.deps, store: store as never });
    const made = await post('/v1/keys', { name: 'Backend', role: 'viewer' });
    expect(made.status).toBe(201);
    expect(output.text()).toContain('The history does not tell how a call ended.');
    provide(w.deps);
    expect(await history()).toMatchObject([
      { action: 'createKey', outcome: 'begun', status: null, subjects: [] },
    ]);
  });

  it('cannot be changed or deleted by any route', () => {
    const here = routes.filter(({ route }) => route.path.includes('history'));
    expect(new Set(here.map(({ route }) => route.method))).toEqual(new Set(['GET']));
  });

  it('tells from where by what the gateway saw, not by what a header says, and its agent is cut short', async () => {
    await send('keys', {
      method: 'DELETE',
      path: `/v1/keys/key_${bare}`,
      headers: { authorization: owner, 'x-forwarded-for': '198.51.100.1', 'user-agent': 'x'.repeat(5000) },
    });
    expect((await history())[0]?.from).toEqual({ address: '203.0.113.7', agent: 'x'.repeat(200) });
  });
});

describe('the history', () => {
  const remove = (keyId: string, authorization = owner) =>
    send('keys', { method: 'DELETE', path: `/v1/keys/${keyId}`, headers: { authorization } });
  const read = (path: string, query: string, authorization = owner) =>
    send('history', { method: 'GET', path, query, headers: { authorization } });

  /** One refused deletion an hour, for days on end. */
  const made = async (count: number, step = 6 * hour) => {
    for (let index = 0; index < count; index += 1) {
      await remove(`key_${String(index).padStart(26, '0')}`);
      await w.clock.advance(step);
    }
  };
  const keysIn = (items: readonly EntryView[]) => items.map(({ subjects: [key] }) => Number(key?.slice(4)));

  it('is read page by page, the newest first, over days on which nothing happened', async () => {
    await made(9, 31 * hour);
    const seen: number[] = [];
    let cursor = '';
    do {
      const { json } = await read('/v1/history', `limit=2${cursor}`);
      const items = json['items'] as EntryView[];
      seen.push(...keysIn(items));
      cursor = json['nextCursor'] === null ? '' : `&cursor=${json['nextCursor'] as string}`;
    } while (cursor !== '');
    expect(seen).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  it('is filtered by time, actor, action and subject', async () => {
    const other = await keyOf('admin');
    await made(4);
    await remove(`key_${bare}`, other.authorization);
    const times = [...(await history())].reverse().map(({ time }) => time);
    expect(keysIn(await history(`since=${times[1]!}&until=${times[3]!}`))).toEqual([2, 1]);
    expect(await history(`actor=${other.id}`)).toHaveLength(1);
    expect(keysIn(await history(`subject=key_${'3'.padStart(26, '0')}`))).toEqual([3]);
    expect(await history('action=deleteKey')).toHaveLength(5);
    expect(await history('action=createKey')).toEqual([]);
    expect(await history('since=2030-01-01T00:00:00Z')).toEqual([]);
    expect((await read('/v1/history', 'since=yesterday')).status).toBe(400);
  });

  it('goes on by its cursor where nothing was found in 60 days, and ends at 400', async () => {
    await made(1);
    await w.clock.advance(150 * 24 * hour);
    const { json } = await read('/v1/history', 'limit=1');
    expect(json['items']).toEqual([]);
    const found: number[] = [];
    let cursor = json['nextCursor'] as string | null;
    while (cursor !== null) {
      const next = await read('/v1/history', `cursor=${cursor}`);
      found.push(...keysIn(next.json['items'] as EntryView[]));
      cursor = next.json['nextCursor'] as string | null;
    }
    expect(found).toEqual([0]);
    await w.clock.advance(251 * 24 * hour);
    let late: string | null | undefined;
    do {
      const next = await read('/v1/history', late === undefined ? '' : `cursor=${late}`);
      expect(next.json['items']).toEqual([]);
      late = next.json['nextCursor'] as string | null;
    } while (late !== null);
  });

  it('is exported as JSON lines, whose last one says whether all have come', async () => {
    await made(5);
    const lines = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const first = await read('/v1/history/export', 'limit=3');
    expect(first.headers['content-type']).toBe('application/x-ndjson');
    const begun = lines(first.text);
    const { nextCursor } = begun.at(-1)!['latchkey'] as Record<string, unknown>;
    expect(begun.at(-1)).toEqual({
      latchkey: { complete: false, entries: 3, nextCursor: expect.any(String) as unknown },
    });
    const rest = lines((await read('/v1/history/export', `cursor=${String(nextCursor)}`)).text);
    expect(rest.at(-1)).toEqual({ latchkey: { complete: true, entries: 2, nextCursor: null } });
    expect([...begun.slice(0, -1), ...rest.slice(0, -1)]).toEqual(await history());
  });

  it('R56 is for admins alone, and that of a workspace for those of the workspace', async () => {
    const team = await sharedWorkspace(w);
    const ofTeam = await keyOf('admin', team.id);
    const here = `/v1/workspaces/${team.id}`;
    await send('services', {
      method: 'POST',
      path: `${here}/services`,
      body: oauth2Document(),
      headers: { authorization: ofTeam.authorization },
    });
    await remove(`key_${bare}`);
    for (const end of ['', '/export']) {
      for (const role of ['viewer', 'contributor'] as const) {
        const { authorization } = await keyOf(role);
        expect((await read(`/v1/history${end}`, '', authorization)).status).toBe(403);
        expect((await read(`${here}/history${end}`, '', authorization)).status).toBe(403);
      }
      expect((await read(`/v1/history${end}`, '', ofTeam.authorization)).status).toBe(403);
      expect((await read(`/v1/history${end}`, '', (await keyOf('admin')).authorization)).status).toBe(200);
      const other = `/v1/workspaces/${w.workspaceId}/history${end}`;
      expect((await read(other, '', ofTeam.authorization)).status).toBe(404);
    }
    const mine = (await read(`${here}/history`, '', ofTeam.authorization)).json['items'] as EntryView[];
    expect(mine).toMatchObject([{ action: 'createService', actor: { id: ofTeam.id, role: 'admin' } }]);
    const exported = await read(`${here}/history/export`, '', ofTeam.authorization);
    expect(exported.text).toContain('"entries":1');
  });

  it('of one organization holds nothing of another', async () => {
    await made(1, minute);
    const before = await history();
    const other = await world(8);
    provide(other.deps);
    const authorization = `Bearer ${(await firstKey(other.deps, other.organizationId)).reveal()}`;
    expect((await read('/v1/history', '', authorization)).json['items']).toEqual([]);
    expect(before).toHaveLength(1);
  });

  it('refuses a cursor that was made up', async () => {
    const cursor = Buffer.from('history\nnowhere').toString('base64url');
    expect((await read('/v1/history', `cursor=${cursor}`)).status).toBe(400);
  });
});
