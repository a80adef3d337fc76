import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { handler } from '#functions/members/lambda.ts';
import { provide } from '#shared/deps.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { memberKey, members } from '#shared/domain/members/member.ts';
import { personalWorkspace } from '#shared/domain/workspaces/personal.ts';
import type { KeyRole } from '#shared/permissions.ts';
import { call } from '../support/api.ts';
import { otherProcess, world, type World } from '../support/deps.ts';
import { capturedOutput } from '../support/output.ts';
import { actor, sharedWorkspace } from '../support/nouns.ts';

let w: World;
let output: ReturnType<typeof capturedOutput>;
let team = '';
beforeEach(async () => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
  team = `/v1/workspaces/${(await sharedWorkspace(w)).id}`;
});
afterEach(() => {
  output.stop();
});

const bearer = async (role: KeyRole, workspaceId?: string) => {
  const { text } = await createKey(w.deps, { by: actor(w), input: { name: 'Key', role, workspaceId } });
  return `Bearer ${text.reveal()}`;
};

type Headers = Readonly<Record<string, string>>;
const as =
  (authorization: string, more: Headers = {}) =>
  (method: string, path: string, body?: unknown) =>
    call(handler, { method, path, headers: { authorization, ...more }, ...(body !== undefined && { body }) });
const by = async (role: KeyRole, more?: Headers) => as(await bearer(role), more);

describe('the people of an organization', () => {
  it('R56 are given roles by admins, read by viewers, and touched by nobody else', async () => {
    const admin = await by('admin');
    const made = await admin('PUT', '/v1/members/user-1', { role: 'member' });
    expect([made.status, made.json]).toMatchObject([200, { userId: 'user-1', role: 'member', version: 1 }]);
    expect((await admin('PUT', '/v1/members/user-1', { role: 'admin' })).json).toMatchObject({
      role: 'admin',
      version: 2,
    });
    for (const role of ['viewer', 'contributor'] as const) {
      const reader = await by(role);
      expect((await reader('PUT', '/v1/members/user-1', { role: 'member' })).error.code).toBe('forbidden');
      expect((await reader('GET', '/v1/members/user-1')).json).toMatchObject({ role: 'admin' });
      expect((await reader('GET', '/v1/members')).json['items']).toMatchObject([{ userId: 'user-1' }]);
    }
  });

  it('are whoever the identity provider says, in any letters that it uses', async () => {
    const admin = await by('admin');
    for (const userId of ['auth0|a/b', 'Jörg@acme.example', 'a#b', '..']) {
      const path = `/v1/members/${encodeURIComponent(userId)}`;
      expect((await admin('PUT', path, { role: 'member' })).json).toMatchObject({ userId });
      expect((await admin('GET', path)).json).toMatchObject({ userId });
    }
    for (const bad of ['%20', 'a%20b', '%0A', 'x'.repeat(201)])
      expect((await admin('PUT', `/v1/members/${bad}`, { role: 'member' })).status).toBe(400);
  });

  it('are made and unmade owners by owners alone', async () => {
    const [admin, owner] = [await by('admin'), await by('owner')];
    expect((await admin('PUT', '/v1/members/user-1', { role: 'owner' })).error.code).toBe('forbidden');
    expect((await admin('GET', '/v1/members/user-1')).error.code).toBe('member_not_found');
    expect((await owner('PUT', '/v1/members/user-1', { role: 'owner' })).status).toBe(200);
    expect((await admin('PUT', '/v1/members/user-1', { role: 'member' })).status).toBe(403);
  });

  it('keep their last owner: 409', async () => {
    const owner = await by('owner');
    for (const user of ['one', 'two']) await owner('PUT', `/v1/members/${user}`, { role: 'owner' });
    expect((await owner('PUT', '/v1/members/one', { role: 'admin' })).status).toBe(200);
    const { status, error } = await owner('PUT', '/v1/members/two', { role: 'admin' });
    expect([status, error.code]).toEqual([409, 'last_owner']);
    expect((await owner('GET', '/v1/members/two')).json).toMatchObject({ role: 'owner', version: 1 });
  });

  it('keep an owner when the last two leave in the same moment', async () => {
    const owner = await by('owner');
    for (const user of ['one', 'two']) await owner('PUT', `/v1/members/${user}`, { role: 'owner' });
    const answers = await Promise.all(
      ['one', 'two'].map((user) => owner('PUT', `/v1/members/${user}`, { role: 'member' })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const roles = await Promise.all(
      ['one', 'two'].map(async (user) => (await owner('GET', `/v1/members/${user}`)).json['role']),
    );
    expect(roles.toSorted()).toEqual(['member', 'owner']);
  });

  it('are edited by who has read them: 412 for another version', async () => {
    const late = await by('admin', { 'if-match': '"7"' });
    expect((await late('PUT', '/v1/members/user-1', { role: 'member' })).error.code).toBe('version_changed');
  });

  it('are not shown once removed, and are again once they are given a role', async () => {
    const admin = await by('admin');
    await admin('PUT', '/v1/members/user-1', { role: 'member' });
    const place = memberKey(w.organizationId, 'user-1');
    const found = await w.deps.store.get(members, place);
    await w.deps.store.replace(members, { ...found!, removedAt: w.clock.now() });
    expect((await admin('GET', '/v1/members/user-1')).status).toBe(404);
    expect((await admin('GET', '/v1/members')).json['items']).toEqual([]);
    const refused = await admin('PUT', `${team}/members/user-1`, { role: 'viewer' });
    expect([refused.status, refused.error.code]).toEqual([409, 'member_removed']);
    expect((await admin('PUT', '/v1/members/user-1', { role: 'member' })).status).toBe(200);
    expect((await w.deps.store.get(members, place))?.removedAt).toBeUndefined();
  });
});

describe('the people of a workspace', () => {
  it('R56 are given roles, and these taken, by its admins; viewers read', async () => {
    const workspaceId = team.split('/').at(-1);
    const admin = as(await bearer('admin', workspaceId));
    const path = `${team}/members/user-1`;
    expect((await admin('PUT', path, { role: 'viewer' })).json).toMatchObject({ role: 'viewer', version: 1 });
    expect((await admin('PUT', path, { role: 'admin' })).json).toMatchObject({ role: 'admin', version: 2 });
    for (const role of ['viewer', 'contributor'] as const) {
      const reader = as(await bearer(role, workspaceId));
      expect((await reader('GET', `${team}/members`)).json['items']).toMatchObject([{ userId: 'user-1' }]);
      expect((await reader('PUT', path, { role: 'viewer' })).status).toBe(403);
      expect((await reader('DELETE', path)).status).toBe(403);
    }
    expect((await admin('DELETE', path)).status).toBe(204);
    expect((await admin('GET', path)).error.code).toBe('member_not_found');
    expect((await admin('DELETE', path)).status).toBe(404);
  });

  it('R8 are hidden from whoever is not of it, as if it did not exist', async () => {
    const elsewhere = await sharedWorkspace(w, 'Elsewhere');
    const stranger = as(await bearer('admin', elsewhere.id));
    const nowhere = team.replace(/ws_.*/, `ws_${'0'.repeat(26)}`);
    for (const [method, tail, body] of [
      ['GET', '', undefined],
      ['GET', '/user-1', undefined],
      ['PUT', '/user-1', { role: 'viewer' }],
      ['DELETE', '/user-1', undefined],
    ] as const) {
      const answers = await Promise.all(
        [team, nowhere].map((place) => stranger(method, `${place}/members${tail}`, body)),
      );
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      expect(answers[0]?.json['error']).toEqual(answers[1]?.json['error']);
    }
  });

  it('are none in a personal workspace', async () => {
    const where = { organizationId: w.organizationId, userId: 'user-1' };
    const { id } = await personalWorkspace(w.deps, where);
    const admin = await by('admin');
    const { status, error } = await admin('PUT', `/v1/workspaces/${id}/members/user-2`, { role: 'viewer' });
    expect([status, error.code]).toEqual([409, 'personal_workspace']);
  });

  it('are listed page by page', async () => {
    const admin = await by('admin');
    for (const user of ['c', 'a', 'b']) await admin('PUT', `${team}/members/${user}`, { role: 'viewer' });
    const page = async (query: string) =>
      (
        await call(handler, {
          method: 'GET',
          path: `${team}/members`,
          query,
          headers: { authorization: await bearer('admin') },
        })
      ).json;
    const first = await page('limit=2');
    const last = await page(`limit=2&cursor=${String(first['nextCursor'])}`);
    expect([first['items'], last['items']]).toMatchObject([
      [{ userId: 'a' }, { userId: 'b' }],
      [{ userId: 'c' }],
    ]);
    expect(last['nextCursor']).toBeNull();
  });

  it('are edited by one at a time: who lost is told, and nothing is overwritten', async () => {
    const authorization = await bearer('admin');
    const answers = await Promise.all(
      (['viewer', 'contributor'] as const).map(async (role) => {
        provide(otherProcess(w.deps));
        return as(authorization)('PUT', `${team}/members/user-1`, { role });
      }),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });
});
