import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths, authsOf, type Auth } from '#shared/domain/auths/auth.ts';
import { showAuth } from '#shared/domain/auths/view.ts';
import { AuthConnected } from '#shared/domain/auths/events.ts';
import { getAuth } from '#shared/domain/auths/get.ts';
import { history, historyOf, showHistory } from '#shared/domain/auths/history.ts';
import { NewAuth } from '#shared/domain/auths/new-auth.ts';
import { recordHistory } from '#shared/domain/auths/record-history.ts';
import { describeAuth } from '#shared/domain/auths/describe.ts';
import { removeService } from '#shared/domain/services/remove.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { updateAuth } from '#shared/domain/auths/update.ts';
import { PageQuery } from '#shared/domain/inputs.ts';
import { cursorOf, page } from '#shared/domain/paging.ts';
import { newEvent } from '#shared/events.ts';
import { hour, otherProcess, told, world, type World } from '../../../support/deps.ts';
import {
  actor,
  authNow,
  keyedAuth,
  makeAuth,
  sharedWorkspace,
  tokenService,
} from '../../../support/nouns.ts';
import { listWorkspaces } from '#shared/domain/workspaces/list.ts';

let w: World;
let auth: Auth;
beforeEach(async () => {
  w = await world();
  auth = await keyedAuth(w, await tokenService(w));
});

const where = (workspaceId = w.workspaceId) => ({
  organizationId: w.organizationId,
  workspaceId,
  authId: auth.id,
});

describe('the service of an auth (R36)', () => {
  it('is shown by name, icon and kind, and as nothing once it is gone', async () => {
    const icon = 'https://keyed.example/icon.svg';
    const { id: serviceId } = await tokenService(w, { name: 'Pictured', icon });
    const made = await makeAuth(w, { serviceId, fields: { api_key: 'k' } });
    expect((await describeAuth(w.deps, made)).service).toEqual({ name: 'Pictured', icon, kind: 'custom' });
    const generic = {
      baseUrl: 'https://x.example',
      fields: { k: 'v' },
      apply: [{ name: 'k', value: '{{k}}' }],
    };
    expect((await describeAuth(w.deps, await makeAuth(w, { generic }))).service).toBeNull();
    const { organizationId, workspaceId } = w;
    await removeService(w.deps, { organizationId, workspaceId, serviceId, force: true, ifMatch: undefined });
    await w.clock.advance(5000);
    expect((await describeAuth(w.deps, made)).service).toBeNull();
  });
});

describe('an auth', () => {
  it('is shown without anything that it holds', () => {
    expect(showAuth(auth, null)).toEqual({
      id: auth.id,
      workspaceId: w.workspaceId,
      serviceId: auth.serviceId,
      service: null,
      environment: 'production',
      name: 'Main',
      tags: [],
      metadata: {},
      endUserId: null,
      account: null,
      generic: null,
      state: 'active',
      cause: null,
      atRisk: false,
      predictedEnd: null,
      predictedEndReason: null,
      predictionConfidence: null,
      accessExpiresAt: null,
      refreshExpiresAt: null,
      scopes: null,
      missingScopes: [],
      tested: null,
      failure: null,
      setAsideAt: null,
      consentedAt: '2026-03-02T09:00:00.000Z',
      lastUsedAt: null,
      version: 1,
      createdAt: '2026-03-02T09:00:00.000Z',
    });
  });

  it('is a 404 from every workspace but its own', async () => {
    const { id } = await sharedWorkspace(w);
    await expect(getAuth(w.deps, where(id))).rejects.toMatchObject({ status: 404, code: 'auth_not_found' });
    await expect(
      updateAuth(w.deps, { ...where(id), edit: { name: 'x' }, ifMatch: undefined }),
    ).rejects.toMatchObject({
      status: 404,
    });
    await expect(removeAuth(w.deps, { ...where(id), ifMatch: undefined })).rejects.toMatchObject({
      status: 404,
    });
    expect((await authNow(w, auth.id)).state).toBe('active');
  });

  it('is renamed in the version that was read', async () => {
    expect(await updateAuth(w.deps, { ...where(), edit: { name: 'Other' }, ifMatch: '"1"' })).toMatchObject({
      name: 'Other',
      version: 2,
    });
    await expect(
      updateAuth(w.deps, { ...where(), edit: { name: 'Third' }, ifMatch: '"1"' }),
    ).rejects.toMatchObject({
      status: 412,
    });
  });

  it('is deleted in the version that was read, once, credential and all', async () => {
    await expect(removeAuth(w.deps, { ...where(), ifMatch: '"2"' })).rejects.toMatchObject({ status: 412 });
    await removeAuth(w.deps, { ...where(), ifMatch: '"1"' });
    expect([told(w, 'auth.deleted').length, w.vault.paths()]).toEqual([1, []]);
    await expect(removeAuth(w.deps, { ...where(), ifMatch: undefined })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('that is deleted by two at the same time tells of it once', async () => {
    const both = [w.deps, otherProcess(w.deps)].map((deps) =>
      removeAuth(deps, { ...where(), ifMatch: undefined }),
    );
    await Promise.allSettled(both);
    expect(told(w, 'auth.deleted')).toHaveLength(1);
    await expect(getAuth(w.deps, where())).rejects.toMatchObject({ status: 404 });
  });

  it('that is deleted while the bus is down tells of it before it goes', async () => {
    const deaf = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await removeAuth(deaf, { ...where(), ifMatch: undefined });
    await expect(getAuth(w.deps, where())).rejects.toMatchObject({ status: 404 });
    expect((await authNow(w, auth.id)).outbox.map(({ type }) => type)).toContain('auth.deleted');
  });

  it.each([
    { endUserId: 'a b' },
    { endUserId: '' },
    { endUserId: '<script>' },
    { name: 'two\nlines' },
    { name: '' },
    { environment: 'Sand box' },
    { credential: { accessToken: 'a', expiresAt: 'tomorrow' } },
    { unheard: 1 },
  ])('is never made of %j', (parts) => {
    expect(NewAuth.safeParse({ serviceId: auth.serviceId, name: 'x', ...parts }).success).toBe(false);
  });
});

describe('a list', () => {
  const list = (query: Record<string, string>) =>
    page(w.deps.store, auths, {
      ...authsOf(w.organizationId, w.workspaceId),
      query: PageQuery.parse(query),
      show: ({ id }) => id,
    });

  it('goes on where it ended, each item once, to its end', async () => {
    const service = await tokenService(w);
    const made = [auth.id];
    for (let count = 0; count < 6; count += 1) made.push((await keyedAuth(w, service)).id);
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const found = await list({ limit: '3', ...(cursor ? { cursor } : {}) });
      seen.push(...found.items);
      cursor = found.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...made].sort());
  });

  it('holds nothing of another workspace, whatever the cursor says', async () => {
    const { id } = await sharedWorkspace(w);
    const found = await page(w.deps.store, auths, {
      ...authsOf(w.organizationId, id),
      query: PageQuery.parse({ cursor: cursorOf(auths.name, 'a') }),
      show: (each) => each.id,
    });
    expect(found).toEqual({ items: [], nextCursor: null });
  });

  it.each([
    { limit: '0' },
    { limit: '201' },
    { limit: 'x' },
    { limit: '' },
    { cursor: '' },
    { cursor: 'a/b' },
    { more: '1' },
  ])('is not asked for by %j', (query) => {
    expect(PageQuery.safeParse(query).success).toBe(false);
  });

  it('of workspaces shows a key of one workspace that one alone', async () => {
    const { id } = await sharedWorkspace(w);
    const query = PageQuery.parse({});
    const all = await listWorkspaces(w.deps, actor(w), query);
    expect(all.items.map((each) => each.id).sort()).toEqual([w.workspaceId, id].sort());
    const one = await listWorkspaces(w.deps, actor(w, 'admin', id), query);
    expect(one.items.map((each) => each.id)).toEqual([id]);
  });
});

describe('the history of an auth', () => {
  it('holds each of its events once, the oldest first', async () => {
    const events = [];
    for (let count = 0; count < 3; count += 1) {
      const data = { ...AuthConnected.example, workspaceId: w.workspaceId, authId: auth.id, epoch: count };
      events.push(newEvent(w.deps, AuthConnected, { organizationId: w.organizationId, data }));
      await w.clock.advance(hour);
    }
    for (const event of [...events, ...events].reverse()) await recordHistory(w.deps, event);
    const { items } = await page(w.deps.store, history, {
      ...historyOf(w.organizationId, auth.id),
      query: PageQuery.parse({}),
      show: showHistory,
    });
    expect(items.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });
});
