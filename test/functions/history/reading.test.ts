import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import type { EntryView } from '#shared/domain/history/view.ts';
import { hour, minute, world } from '../../support/deps.ts';
import { oauth2Document, sharedWorkspace } from '../../support/nouns.ts';
import { endStage, bare, w, owner, keyOf, send, history, setStage } from './history-read.ts';

beforeEach(setStage);
afterEach(endStage);

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
