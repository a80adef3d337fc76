import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { routes } from '#functions/routes.ts';
import { tokenDocument } from '../../support/nouns.ts';
import {
  endStage,
  bare,
  planted,
  w,
  output,
  owner,
  viewer,
  send,
  history,
  setStage,
} from './history-read.ts';

beforeEach(setStage);
afterEach(endStage);

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
