import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Route } from '#shared/entry/route.ts';
import { routes } from '#functions/routes.ts';
import { type Answered, type Sent } from '../../support/api.ts';
import { endStage, planted, owner, viewer, ids, send, history, setStage } from './history-read.ts';

beforeEach(setStage);
afterEach(endStage);

const pathOf = ({ path }: Pick<Route, 'path'>): string =>
  path.replace(/\{(\w+)\+?\}/g, (_, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`Say above what stands for {${name}}.`);
    return id;
  });

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
