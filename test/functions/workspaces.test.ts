import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { handler as services } from '#functions/services/lambda.ts';
import { handler } from '#functions/workspaces/lambda.ts';
import { provide } from '#shared/deps.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { putMembership } from '#shared/domain/members/put-in-workspace.ts';
import { personalWorkspace } from '#shared/domain/workspaces/personal.ts';
import type { KeyRole } from '#shared/permissions.ts';
import { call } from '../support/api.ts';
import { minute, world, type World } from '../support/deps.ts';
import { signedToken, signingKey, startIssuer } from '../support/issuer.ts';
import { claimsAt, person, withPeople } from '../support/people.ts';
import { capturedOutput } from '../support/output.ts';
import { actor, sharedWorkspace, tokenDocument } from '../support/nouns.ts';

let w: World;
let output: ReturnType<typeof capturedOutput>;
beforeEach(async () => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
});
afterEach(() => {
  output.stop();
});

const by = async (role: KeyRole, workspaceId?: string) => {
  const { text } = await createKey(w.deps, { by: actor(w), input: { name: 'Key', role, workspaceId } });
  const headers = { authorization: `Bearer ${text.reveal()}` };
  return (method: string, path: string, body?: unknown) =>
    call(path.includes('/services') ? services : handler, {
      method,
      path,
      headers,
      ...(body !== undefined && { body }),
    });
};

const embedded = { name: 'Embedded', kind: 'embedded' };

describe('workspaces', () => {
  it('R24 of the kind embedded are made by an owner, and once', async () => {
    for (const role of ['viewer', 'contributor', 'admin'] as const)
      expect((await (await by(role))('POST', '/v1/workspaces', embedded)).error.code).toBe('forbidden');
    const owner = await by('owner');
    const made = await owner('POST', '/v1/workspaces', embedded);
    expect([made.status, made.json]).toMatchObject([201, { kind: 'embedded', role: 'owner' }]);
    const again = await owner('POST', '/v1/workspaces', embedded);
    expect([again.status, again.error.code]).toEqual([409, 'embedded_workspace_exists']);
    expect(again.error.message).toContain(String(made.json['id']));
  });

  it('of the kind embedded are one when two owners make them in the same moment', async () => {
    const owners = [await by('owner'), await by('owner')];
    const made = await Promise.all(owners.map((owner) => owner('POST', '/v1/workspaces', embedded)));
    expect(made.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const { json } = await owners[0]!('GET', '/v1/workspaces');
    const kinds = (json['items'] as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['embedded', 'organization']);
  });

  it('of the kinds organization and personal cannot be asked for by name', async () => {
    const owner = await by('owner');
    for (const kind of ['organization', 'personal', 'other'])
      expect((await owner('POST', '/v1/workspaces', { name: 'x', kind })).status).toBe(422);
  });

  it('say what the caller is in them', async () => {
    const team = await sharedWorkspace(w);
    const path = `/v1/workspaces/${team.id}`;
    for (const role of ['viewer', 'contributor', 'admin'] as const) {
      expect((await (await by(role))('GET', path)).json).toMatchObject({ role });
      const bound = await by(role, team.id);
      expect((await bound('GET', '/v1/workspaces')).json['items']).toMatchObject([{ id: team.id, role }]);
    }
  });

  it('of the kind personal are no server key’s: 403', async () => {
    const answer = await (await by('owner'))('PUT', '/v1/personal-workspace');
    expect([answer.status, answer.error.code]).toEqual([403, 'not_a_person']);
  });

  it('R7 of every kind have services of their own', async () => {
    const owner = await by('owner');
    const personal = await personalWorkspace(w.deps, { organizationId: w.organizationId, userId: 'user-1' });
    const ids = [
      w.workspaceId,
      (await sharedWorkspace(w)).id,
      personal.id,
      String((await owner('POST', '/v1/workspaces', embedded)).json['id']),
    ];
    for (const id of ids) {
      const made = await owner('POST', `/v1/workspaces/${id}/services`, tokenDocument());
      expect(made.status).toBe(201);
      const { json } = await owner('GET', `/v1/workspaces/${id}/services`);
      expect((json['items'] as { id: string }[]).map((item) => item.id)).toEqual([made.json['id']]);
    }
  });

  it('R7 R24 of the kind embedded have services that their owner alone makes', async () => {
    const { json } = await (await by('owner'))('POST', '/v1/workspaces', embedded);
    const path = `/v1/workspaces/${String(json['id'])}/services`;
    for (const role of ['viewer', 'contributor', 'admin'] as const)
      for (const caller of [await by(role), await by(role, String(json['id']))])
        expect((await caller('POST', path, tokenDocument())).status).toBe(403);
    expect((await (await by('owner'))('POST', path, tokenDocument())).status).toBe(201);
  });

  it('R8 have services that contributors and above make, edit and delete, and that viewers read', async () => {
    const team = await sharedWorkspace(w);
    const other = await sharedWorkspace(w, 'Other');
    const path = `/v1/workspaces/${team.id}/services`;
    for (const role of ['contributor', 'admin'] as const) {
      const caller = await by(role, team.id);
      const { status, json } = await caller('POST', path, tokenDocument());
      expect(status).toBe(201);
      const service = `${path}/${String(json['id'])}`;
      const viewer = await by('viewer', team.id);
      const stranger = await by('admin', other.id);
      expect((await viewer('GET', service)).status).toBe(200);
      for (const [method, body] of [
        ['PATCH', { name: 'Renamed' }],
        ['PUT', tokenDocument()],
        ['DELETE', undefined],
      ] as const) {
        expect((await viewer(method, service, body)).status).toBe(403);
        expect((await stranger(method, service, body)).error.code).toBe('workspace_not_found');
      }
      expect((await caller('PATCH', service, { name: 'Renamed' })).status).toBe(200);
      expect((await caller('DELETE', service)).status).toBe(204);
    }
  });
});

describe('a person with a token', () => {
  it('R56 makes the own personal workspace, once, and sees the workspaces with a role, each with what it is there', async () => {
    const issuer = await startIssuer();
    const key = await signingKey('one');
    issuer.state.keys.push(key.jwk);
    const deps = withPeople(w, issuer);
    provide(deps);
    const headers = { authorization: `Bearer ${await signedToken(key, claimsAt(w, issuer))}` };
    const send = (method: string, path: string) => call(handler, { method, path, headers });
    expect((await send('PUT', '/v1/personal-workspace')).error.code).toBe('not_a_member');

    await w.clock.advance(minute);
    await person(w, 'user-1', 'member');
    const team = await sharedWorkspace(w);
    await sharedWorkspace(w, 'Hidden');
    const place = { organizationId: w.organizationId, workspaceId: team.id, userId: 'user-1' };
    await putMembership(deps, { ...place, role: 'viewer', ifMatch: undefined });
    const made = await send('PUT', '/v1/personal-workspace');
    expect(made.json).toMatchObject({ kind: 'personal', ownerId: 'user-1', role: 'admin' });
    expect((await send('PUT', '/v1/personal-workspace')).json).toEqual(made.json);
    const listed = (await send('GET', '/v1/workspaces')).json['items'] as { id: string; role: string }[];
    expect(listed.map(({ id, role }) => [id, role])).toEqual([
      [team.id, 'viewer'],
      [made.json['id'], 'admin'],
    ]);
    for (const { id, role } of listed)
      expect((await send('GET', `/v1/workspaces/${id}`)).json).toMatchObject({ id, role });
    await issuer.stop();
  });
});
