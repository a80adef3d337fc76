import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths, type Auth } from '#shared/domain/auths/auth.ts';
import { applyEdit } from '#shared/domain/services/apply-edit.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { updateService } from '#shared/domain/services/update.ts';
import { world, type World } from '../../../../support/deps.ts';
import {
  authNow,
  connectedAuth,
  countingTokens,
  makeAuth,
  oauth2Document,
  oauth2Service,
  sharedWorkspace,
  tokenDocument,
  tokenService,
} from '../../../../support/nouns.ts';
import { check } from './checking.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

const keyed = (
  service: Service,
  parts: Readonly<Record<string, unknown>> = {},
  workspaceId = w.workspaceId,
): Promise<Auth> =>
  makeAuth({ ...w, workspaceId }, { serviceId: service.id, fields: { api_key: 'the-api-key' }, ...parts });

/** Stores the edit and lets it act; answers how many auths it ended. */
const endedBy = async (service: Service, document: unknown, ids: readonly string[]): Promise<number> => {
  const { deps, organizationId, workspaceId } = w;
  await updateService(deps, {
    organizationId,
    workspaceId,
    serviceId: service.id,
    input: ServiceInput.parse(document),
    ifMatch: undefined,
  });
  await applyEdit(deps, { organizationId, serviceId: service.id });
  const now = await Promise.all(ids.map((id) => authNow(w, id)));
  return now.filter(({ state }) => state === 'needs_reconnect').length;
};

describe('the effect of an edit', () => {
  it('is none on auths that go on, and the edit itself ends none either', async () => {
    const service = await oauth2Service(w);
    const { id } = await connectedAuth(w, service);
    const edit = oauth2Document({ name: 'Renamed', auth: { scopes: ['read', 'write', 'offline_access'] } });
    const { effect } = await check(w, edit, service.id);
    expect(effect).toEqual({ auths: 1, ends: 0, atLeast: false, changes: [] });
    expect(await endedBy(service, edit, [id])).toBe(0);
  });

  it('of another client is told with its path, and is what the edit itself then does', async () => {
    const service = await oauth2Service(w);
    const { id } = await connectedAuth(w, service);
    const edit = oauth2Document({ auth: { clientId: 'another' } });
    const { effect, ok } = await check(w, edit, service.id);
    expect(ok).toBe(true);
    expect(effect).toMatchObject({ auths: 1, ends: 1, changes: [{ path: 'auth.clientId' }] });
    expect((await authNow(w, id)).state).toBe('active');
    expect(await endedBy(service, edit, [id])).toBe(1);
  });

  it('counts the auths of all workspaces, those left out that are over already or being deleted', async () => {
    const service = await tokenService(w);
    const other = await sharedWorkspace(w);
    await keyed(service);
    await keyed(service, {}, other.id);
    const over = await keyed(service);
    await w.deps.store.replace(auths, { ...over, state: 'needs_reconnect' as const });
    const leaving = await keyed(service);
    await w.deps.store.replace(auths, { ...leaving, state: 'deleting' as const });
    const { effect } = await check(w, oauth2Document(), service.id);
    expect(effect).toMatchObject({ auths: 3, ends: 2 });
    expect(effect?.changes.map(({ path }) => path)).toContain('auth.type');
  });

  it('of a field that is newly needed is told by its place and counts every auth', async () => {
    const service = await tokenService(w);
    const { id } = await keyed(service);
    const edit = tokenDocument({
      fields: [{ key: 'api_key', secret: true }, { key: 'shop' }],
      baseUrl: 'https://{{shop}}.keyed.example',
    });
    const { effect } = await check(w, edit, service.id);
    expect(effect).toEqual({
      auths: 1,
      ends: 1,
      atLeast: false,
      changes: [{ path: 'fields.1', message: 'Auths made before lack the field shop.' }],
    });
    expect(await endedBy(service, edit, [id])).toBe(1);
  });

  it.each([
    ['that may be left out', { key: 'shop', required: false }],
    ['that has a default', { key: 'shop', default: 'main' }],
  ])('of a new field %s is none', async (_, field) => {
    const service = await tokenService(w);
    await keyed(service);
    const fields = [{ key: 'api_key', secret: true }, field];
    const { effect } = await check(w, tokenDocument({ fields }), service.id);
    expect(effect).toMatchObject({ auths: 1, ends: 0, changes: [] });
  });

  it('is judged for each auth by its own environment', async () => {
    const sandbox = { auth: { clientId: 'sandboxed', clientSecret: 'its-secret' } };
    const service = await oauth2Service(w, { environments: { sandbox } });
    const main = await connectedAuth(w, service);
    const credential = { accessToken: 'access', refreshToken: 'refresh' };
    const boxed = await makeAuth(w, { serviceId: service.id, environment: 'sandbox', credential });
    const edit = oauth2Document({
      environments: { sandbox: { auth: { ...sandbox.auth, clientId: 'another' } } },
    });
    const { effect } = await check(w, edit, service.id);
    expect(effect).toMatchObject({ auths: 2, ends: 1 });
    expect(effect?.changes.map(({ path }) => path)).toEqual(['environments.sandbox.auth.clientId']);
    expect(await endedBy(service, edit, [main.id, boxed.id])).toBe(1);
  });

  it('of an environment that is gone is the end of its auths', async () => {
    const environments = { sandbox: { baseUrl: 'https://sandbox.keyed.example' } };
    const service = await tokenService(w, { environments });
    const main = await keyed(service);
    const boxed = await keyed(service, { environment: 'sandbox' });
    const { effect } = await check(w, tokenDocument(), service.id);
    expect(effect).toMatchObject({ auths: 2, ends: 1, changes: [{ path: 'environments.sandbox' }] });
    expect(await endedBy(service, tokenDocument(), [main.id, boxed.id])).toBe(1);
  });

  it('that production has too is told once', async () => {
    const environments = { sandbox: { baseUrl: 'https://sandbox.acme.example' } };
    const service = await oauth2Service(w, { environments });
    const { effect } = await check(
      w,
      oauth2Document({ environments, auth: { clientId: 'another' } }),
      service.id,
    );
    expect(effect?.changes.map(({ path }) => path)).toEqual(['auth.clientId']);
  });

  it('counts no more than 10,000 auths, and says that there are more', async () => {
    const service = await tokenService(w);
    const auth = await keyed(service);
    const endless = { items: Array.from({ length: 100 }, () => auth), next: 'more' };
    const store = { ...w.deps.store, list: (() => Promise.resolve(endless)) as never };
    const { effect } = await check({ ...w, deps: { ...w.deps, store } }, {}, service.id);
    expect(effect).toEqual({ auths: 10_000, ends: 0, atLeast: true, changes: [] });
  });
});
