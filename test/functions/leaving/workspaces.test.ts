import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { authenticateEndUser } from '#shared/domain/end-users/authenticate.ts';
import { createEndUserSession } from '#shared/domain/end-users/create-session.ts';
import { authenticateKey } from '#shared/domain/keys/authenticate.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { minutesPass } from '../../support/departures.ts';
import { furnished } from '../../support/furnished.ts';
import { actor, sharedWorkspace } from '../../support/nouns.ts';
import { endStage, w, key, send, codeOf, workspaceNow, setStage } from './leavers.ts';

beforeEach(setStage);
afterEach(endStage);

describe('deleting a workspace', () => {
  it('is refused while something stands in it, and names that', async () => {
    const { workspaceId } = await furnished(w);
    const refused = await send('DELETE', `/v1/workspaces/${workspaceId}`);
    expect(codeOf(refused)).toEqual([409, 'workspace_in_use']);
    expect(refused.error.details.map(({ path }) => path.split('/')[4])).toEqual([
      'services',
      'services',
      'auths',
      'auths',
      'connectors',
      'solutions',
    ]);
    expect((await send('GET', `/v1/workspaces/${workspaceId}`)).status).toBe(200);
  });

  it('is done at once for an empty one, and never for the organization workspace', async () => {
    const { id } = await sharedWorkspace(w);
    expect((await send('DELETE', `/v1/workspaces/${id}`)).status).toBe(204);
    expect(codeOf(await send('GET', `/v1/workspaces/${id}`))).toEqual([404, 'workspace_not_found']);
    const own = await send('DELETE', `/v1/workspaces/${w.workspaceId}?force=true`);
    expect(codeOf(own)).toEqual([409, 'organization_workspace']);
  });

  it('R24 is for an owner alone where it is the embedded one, whose services nobody else deletes', async () => {
    const body = { name: 'Embedded', kind: 'embedded' };
    const { id } = (await send('POST', '/v1/workspaces', { body })).json;
    const { text } = await createKey(w.deps, { by: actor(w), input: { name: 'Admin', role: 'admin' } });
    const remove = (as: string) => send('DELETE', `/v1/workspaces/${String(id)}?force=true`, { as });
    expect(codeOf(await remove(text.reveal()))).toEqual([403, 'forbidden']);
    expect(await workspaceNow(String(id))).toBeDefined();
    expect((await remove(key)).status).toBe(204);
  });

  it('by force makes it gone for everyone at once; its grants are revoked and its credentials destroyed', async () => {
    const { workspaceId } = await furnished(w);
    const { text } = await createKey(w.deps, {
      by: actor(w),
      input: { name: 'Inside', role: 'admin', workspaceId },
    });
    expect((await send('DELETE', `/v1/workspaces/${workspaceId}?force=true`)).status).toBe(204);
    const paths = ['', '/services', '/auths'].map((rest) => `/v1/workspaces/${workspaceId}${rest}`);
    for (const path of paths) expect(codeOf(await send('GET', path))).toEqual([404, 'workspace_not_found']);
    const listed = (await send('GET', '/v1/workspaces')).json['items'] as readonly { id: string }[];
    expect(listed.map(({ id }) => id)).toEqual([w.workspaceId]);
    await minutesPass(w, 40);
    expect((await send('GET', '/v1/workspaces', { as: text.reveal() })).status).toBe(401);
    expect(w.http.requests.filter(({ url }) => url.endsWith('/oauth/revoke'))).toHaveLength(2);
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    const receipt = await send('GET', `/v1/workspace-removals/${workspaceId}`);
    expect(receipt.json).toMatchObject({ state: 'done', removed: { auths: 2, services: 2, keys: 2 } });
  });
});

describe('what is bound to a workspace that was deleted', () => {
  it('is refused within 10 s, before anything of it has been destroyed', async () => {
    const { id: workspaceId } = await sharedWorkspace(w);
    const input = { name: 'Inside', role: 'admin' as const, workspaceId };
    const bound = (await createKey(w.deps, { by: actor(w), input })).text.reveal();
    const ref = { organizationId: w.organizationId, workspaceId };
    const made = await createEndUserSession(w.deps, {
      ...ref,
      input: { endUserId: 'eu-1', expiresInSeconds: 3600 },
    });
    const session = made.token.reveal();
    expect(await authenticateKey(w.deps, bound)).toMatchObject({ workspaceId });
    expect(await authenticateEndUser(w.deps, session)).toMatchObject({ endUserId: 'eu-1' });
    await send('DELETE', `/v1/workspaces/${workspaceId}?force=true`);
    await w.clock.advance(10_001);
    expect(await authenticateKey(w.deps, bound)).toBeUndefined();
    expect(await authenticateEndUser(w.deps, session)).toBeUndefined();
  });
});
