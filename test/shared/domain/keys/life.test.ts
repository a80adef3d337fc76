import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { authenticateKey } from '#shared/domain/keys/authenticate.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { keyPlace, keys as keyItems } from '#shared/domain/keys/key.ts';
import type { Deps } from '#shared/ports.ts';
import { handler } from '#functions/keys/lambda.ts';
import { call } from '../../../support/api.ts';
import { hour, minute, otherProcess, world, type World } from '../../../support/deps.ts';
import { capturedOutput } from '../../../support/output.ts';

let w: World;
let owner = '';
let output: ReturnType<typeof capturedOutput>;
beforeAll(() => {
  output = capturedOutput();
});
afterAll(() => output.stop());
beforeEach(async () => {
  w = await world();
  provide(w.deps);
  owner = (await firstKey(w.deps, w.organizationId)).reveal();
});

const send = (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
  call(handler, {
    method,
    path: `/v1/keys${path}`,
    body,
    headers: { authorization: `Bearer ${owner}`, ...headers },
  });
const make = async (parts: Readonly<Record<string, unknown>> = {}) => {
  const { json } = await send('POST', '', { name: 'Backend', role: 'viewer', ...parts });
  return { id: String(json['id']), text: String(json['key']) };
};
const shown = async (id: string) => (await send('GET', `/${id}`)).json;
const works = async (text: string, deps: Deps = w.deps) => (await authenticateKey(deps, text)) !== undefined;

describe('a key that expires', () => {
  it('works until then and not a moment longer', async () => {
    const expiresAt = new Date(w.clock.now() + hour).toISOString();
    const { id, text } = await make({ expiresAt });
    expect(await shown(id)).toMatchObject({ expiresAt });
    await w.clock.advance(hour - 1);
    expect(await works(text)).toBe(true);
    await w.clock.advance(1);
    expect(await works(text)).toBe(false);
  });

  it('cannot have expired already', async () => {
    const body = { name: 'Late', role: 'viewer', expiresAt: new Date(w.clock.now()).toISOString() };
    const { status, error } = await send('POST', '', body);
    expect([status, error.code, error.details[0]?.path]).toEqual([422, 'invalid_key', 'body.expiresAt']);
  });
});

describe('the last use of a key', () => {
  /** How often the key was written. */
  const written = async (id: string) =>
    (await w.deps.store.get(keyItems, keyPlace(w.organizationId, id)))!.revision;

  it('is told, ten minutes early at the most, by one write in that time', async () => {
    const { id, text } = await make();
    expect(await shown(id)).toMatchObject({ lastUsedAt: null });
    const used = w.clock.now();
    const before = await written(id);
    for (let count = 0; count < 50; count += 1) {
      await works(text);
      await w.clock.advance(10_000);
    }
    expect((await written(id)) - before).toBe(1);
    expect(await shown(id)).toMatchObject({ lastUsedAt: new Date(used).toISOString() });
    await w.clock.advance(10 * minute);
    await works(text);
    expect(await shown(id)).toMatchObject({ lastUsedAt: new Date(w.clock.now()).toISOString() });
  });

  it('is written once by many processes, and no call fails because of it', async () => {
    const { id, text } = await make();
    const before = await written(id);
    const processes = Array.from({ length: 8 }, () => otherProcess(w.deps));
    expect(await Promise.all(processes.map((deps) => works(text, deps)))).toEqual(processes.map(() => true));
    expect((await written(id)) - before).toBe(1);
  });

  it('is lost, and the call goes on, when the store does not take it', async () => {
    const { id, text } = await make();
    const broken = otherProcess(w.deps, {
      store: { ...w.deps.store, replace: () => Promise.reject(new Error('throttled')) },
    });
    expect(await works(text, broken)).toBe(true);
    expect(await shown(id)).toMatchObject({ lastUsedAt: null });
  });

  it('changes no version: who read the key before may still edit it', async () => {
    const { id, text } = await make();
    const { headers } = await send('GET', `/${id}`);
    await works(text);
    expect(
      (await send('PATCH', `/${id}`, { name: 'New' }, { 'if-match': headers['etag'] ?? '' })).status,
    ).toBe(200);
  });

  it('is not noted of a text that does not fit', async () => {
    const { id, text } = await make();
    await works(text.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
    expect(await shown(id)).toMatchObject({ lastUsedAt: null });
  });
});

describe('a key that is rotated', () => {
  const rotate = (id: string, body: unknown = {}, headers = {}) =>
    send('POST', `/${id}/rotate`, body, headers);

  it('has a new text, and the old one works for the overlap and no longer', async () => {
    const { id, text } = await make();
    const { status, json, headers } = await rotate(id, { overlapSeconds: 3600 });
    expect([status, json['id'], headers['cache-control']]).toEqual([201, id, 'no-store']);
    const fresh = String(json['key']);
    expect(fresh).not.toBe(text);
    expect(json).toMatchObject({ version: 2, earlierUntil: new Date(w.clock.now() + hour).toISOString() });
    await w.clock.advance(hour - 1);
    expect([await works(text), await works(fresh)]).toEqual([true, true]);
    await w.clock.advance(1);
    expect([await works(text), await works(fresh)]).toEqual([false, true]);
    expect(await shown(id)).toMatchObject({ earlierUntil: null });
  });

  it('without a body has an overlap of a day', async () => {
    const { id } = await make();
    const { status, json } = await send('POST', `/${id}/rotate`);
    expect([status, json['earlierUntil']]).toEqual([201, new Date(w.clock.now() + 24 * hour).toISOString()]);
  });

  it('with no overlap has one text alone, within ten seconds everywhere', async () => {
    const { id, text } = await make();
    const between = String((await rotate(id)).json['key']);
    expect(await works(text)).toBe(true);
    const last = String((await rotate(id, { overlapSeconds: 0 })).json['key']);
    const elsewhere = otherProcess(w.deps);
    expect([
      await works(text, elsewhere),
      await works(between, elsewhere),
      await works(last, elsewhere),
    ]).toEqual([false, false, true]);
    await w.clock.advance(10_000);
    expect([await works(text), await works(between), await works(last)]).toEqual([false, false, true]);
  });

  it('twice keeps both earlier texts, each for its own time, and none for longer than was last said', async () => {
    const { id, text } = await make();
    const second = String((await rotate(id, { overlapSeconds: 7200 })).json['key']);
    await rotate(id, { overlapSeconds: 3600 });
    await w.clock.advance(hour - 1);
    expect([await works(text), await works(second)]).toEqual([true, true]);
    await w.clock.advance(1);
    expect([await works(text), await works(second)]).toEqual([false, false]);
  });

  it('has five texts at the most', async () => {
    const { id } = await make();
    for (let count = 0; count < 4; count += 1) expect((await rotate(id)).status).toBe(201);
    const { status, error } = await rotate(id);
    expect([status, error.code]).toEqual([409, 'key_rotated_often']);
    expect((await rotate(id, { overlapSeconds: 0 })).status).toBe(201);
    expect((await rotate(id)).status).toBe(201);
  });

  it('answers the same text again to the same Idempotency-Key', async () => {
    const { id } = await make();
    const [first, again] = [
      await rotate(id, {}, { 'idempotency-key': 'k' }),
      await rotate(id, {}, { 'idempotency-key': 'k' }),
    ];
    expect(again.json['key']).toBe(first.json['key']);
    expect(await shown(id)).toMatchObject({ version: 2 });
  });

  it('keeps no text in the store', async () => {
    const { id, text } = await make();
    const fresh = String((await rotate(id)).json['key']);
    for (const each of [text, fresh]) expect(w.store.dump()).not.toContain(each.split('_').at(-1));
  });

  it.each([-1, 604_801, 1.5, 'a day', null])('has no overlap of %j', async (overlapSeconds) => {
    const { id } = await make();
    expect((await rotate(id, { overlapSeconds })).error.details[0]?.path).toBe('body.overlapSeconds');
  });

  it('keeps its role, scopes, workspace and expiry', async () => {
    const parts = { role: 'contributor', scopes: ['auths:use'], workspaceId: w.workspaceId };
    const { id } = await make(parts);
    expect((await rotate(id)).json).toMatchObject(parts);
  });
});

describe('a key that is edited', () => {
  it('has another name, and is not overwritten by who read it before', async () => {
    const { id } = await make();
    const { headers } = await send('GET', `/${id}`);
    const ifMatch = { 'if-match': headers['etag'] ?? '' };
    expect((await send('PATCH', `/${id}`, { name: 'Nightly' }, ifMatch)).json).toMatchObject({
      name: 'Nightly',
      version: 2,
    });
    expect((await send('PATCH', `/${id}`, { name: 'Daily' }, ifMatch)).status).toBe(412);
    expect((await send('POST', `/${id}/rotate`, {}, ifMatch)).status).toBe(412);
  });

  it('gets no other role, scopes, workspace or expiry: make another key', async () => {
    const { id } = await make();
    for (const body of [
      { role: 'owner' },
      { name: 'x', scopes: ['auths:use'] },
      { name: 'x', workspaceId: w.workspaceId },
    ])
      expect((await send('PATCH', `/${id}`, body)).status).toBe(422);
    expect(await shown(id)).toMatchObject({ role: 'viewer', version: 1 });
  });
});

it('a key that the version before stored is read, with all that its role may', async () => {
  const { id, text } = await make();
  const place = keyPlace(w.organizationId, id);
  const { earlier, version, ...old } = (await w.deps.store.get(keyItems, place))!;
  expect([earlier, version]).toEqual([[], 1]);
  expect(keyItems.schema.parse(old)).toMatchObject({ earlier: [], version: 1 });
  expect(await works(text)).toBe(true);
});
