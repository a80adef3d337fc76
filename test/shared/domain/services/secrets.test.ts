import { beforeEach, describe, expect, it } from '@jest/globals';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { getService } from '#shared/domain/services/get.ts';
import { patchService } from '#shared/domain/services/patch.ts';
import { secretsIn } from '#shared/domain/services/secrets.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { showService } from '#shared/domain/services/view.ts';
import type { Vault } from '#shared/ports.ts';
import { minute, otherProcess, world, type World } from '../../../support/deps.ts';
import { actor, countingTokens, makeAuth, oauth2Document, tokenDocument } from '../../../support/nouns.ts';
import { clientDocument, edited, serviceOf } from '../../../support/types.ts';
import { answer } from '../../../support/watched.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(({ url }) => (url.includes('/oauth/token') ? countingTokens()() : answer(200)));
});

const both = (production: string | undefined, sandbox: string | undefined, own: object = {}) =>
  oauth2Document({
    auth: { clientSecret: production },
    environments: { sandbox: { auth: { clientSecret: sandbox, ...own } } },
  });
const secretsOf = async (service: Service, environment = 'production', deps = w.deps) =>
  Object.fromEntries(
    Object.entries(await secretsIn(deps, service, environment)).map(([name, value]) => [
      name,
      value.reveal(),
    ]),
  );
const where = ({ id: serviceId }: Pick<Service, 'id'>) => ({
  organizationId: w.organizationId,
  workspaceId: w.workspaceId,
  serviceId,
});
const vaultPaths = () => w.vault.paths().filter((path) => path.startsWith('service/'));

describe('the secrets of an environment', () => {
  it('are kept when left out or empty and overwritten by new ones, each apart from the others (R53)', async () => {
    const service = await serviceOf(w, both('prod-1', 'sand-1'));
    const first = await edited(w, service, both(undefined, 'sand-2'));
    expect(await secretsOf(first)).toEqual({ clientSecret: 'prod-1' });
    expect(await secretsOf(first, 'sandbox')).toEqual({ clientSecret: 'sand-2' });
    const second = await edited(w, service, both('prod-3', ''));
    expect(await secretsOf(second)).toEqual({ clientSecret: 'prod-3' });
    expect(await secretsOf(second, 'sandbox')).toEqual({ clientSecret: 'sand-2' });
  });

  it('are those of production where it has none of its own', async () => {
    const service = await serviceOf(w, both('prod-1', undefined));
    expect(await secretsOf(service, 'sandbox')).toEqual({ clientSecret: 'prod-1' });
  });

  it('are never those of production where it has another application', async () => {
    await expect(serviceOf(w, both('prod-1', undefined, { clientId: 'other' }))).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.environments.sandbox.auth.clientSecret' }],
    });
    const service = await serviceOf(w, both('prod-1', 'sand-1', { clientId: 'other' }));
    expect(await secretsOf(service, 'sandbox')).toEqual({ clientSecret: 'sand-1' });
  });

  it('do not become those of production when an edit gives it another application', async () => {
    const service = await serviceOf(w, both('prod-1', undefined));
    await expect(edited(w, service, both('prod-2', undefined, { clientId: 'other' }))).rejects.toMatchObject({
      code: 'invalid_service',
    });
    expect(await secretsOf(await getService(w.deps, where(service)))).toEqual({ clientSecret: 'prod-1' });
  });

  it('are shown as set or not and since when, and nowhere laid in the store', async () => {
    const document = {
      ...both('planted-1', 'planted-2'),
      secrets: { partner: 'planted-3' },
    };
    const shown = showService(await serviceOf(w, document));
    const set = { set: true, updatedAt: '2026-03-02T09:00:00.000Z' };
    expect(shown.auth).toMatchObject({ clientSecret: set });
    expect(shown['secrets']).toEqual({ partner: set });
    expect(shown['environments']).toMatchObject({ sandbox: { auth: { clientSecret: set }, secrets: {} } });
    expect(JSON.stringify(shown)).not.toContain('planted');
    expect(w.store.dump()).not.toContain('planted');
    expect(JSON.stringify(w.bus.events)).not.toContain('planted');
  });

  it('are dated one by one', async () => {
    const service = await serviceOf(w, { ...both('a', undefined), secrets: { one: '1', two: '2' } });
    await w.clock.advance(minute);
    const shown = showService(await edited(w, service, { ...both('', undefined), secrets: { two: '22' } }));
    expect(shown['secrets']).toEqual({
      one: { set: true, updatedAt: '2026-03-02T09:00:00.000Z' },
      two: { set: true, updatedAt: '2026-03-02T09:01:00.000Z' },
    });
  });
});

describe('old versions of secrets', () => {
  it('are forgotten two edits later, so that who read the service a moment ago still finds them', async () => {
    const service = await serviceOf(w, both('first', undefined));
    const path = vaultPaths()[0] ?? '';
    const second = await edited(w, service, both('second', undefined));
    expect(w.vault.versions(path)).toBe(2);
    expect(await secretsOf(service)).toEqual({ clientSecret: 'first' });
    await edited(w, service, both('third', undefined));
    expect(w.vault.versions(path)).toBe(2);
    expect(await secretsOf(second)).toEqual({ clientSecret: 'second' });
    await expect(secretsOf(service, 'production', otherProcess(w.deps))).rejects.toThrow('does not find');
  });

  it('are read from the vault once for many who use them, and anew after an edit or five minutes', async () => {
    const service = await serviceOf(w, both('first', undefined));
    let reads = 0;
    const vault: Vault = {
      ...w.deps.vault,
      get: (...of) => {
        reads += 1;
        return w.deps.vault.get(...of);
      },
    };
    const deps = otherProcess(w.deps, { vault });
    const read = (of: Service) => secretsOf(of, 'production', deps);
    await Promise.all([read(service), read(service)]);
    await w.clock.advance(5 * minute - 1);
    await read(service);
    expect(reads).toBe(1);
    const second = await edited(w, service, both('second', undefined));
    expect(await read(second)).toEqual({ clientSecret: 'second' });
    expect(reads).toBe(2);
    await w.clock.advance(1);
    expect(await read(service)).toEqual({ clientSecret: 'first' });
    expect(reads).toBe(3);
  });

  it('that the vault did not find are looked for again', async () => {
    const service = await serviceOf(w, both('first', undefined));
    let found = false;
    const vault: Vault = {
      ...w.deps.vault,
      get: (...of) => (found ? w.deps.vault.get(...of) : Promise.resolve(undefined)),
    };
    const deps = otherProcess(w.deps, { vault });
    await expect(secretsOf(service, 'production', deps)).rejects.toThrow('does not find');
    found = true;
    expect(await secretsOf(service, 'production', deps)).toEqual({ clientSecret: 'first' });
  });

  it('stay when an edit gives no new ones', async () => {
    const service = await serviceOf(w, both('first', undefined));
    for (const name of ['A', 'B', 'C']) await edited(w, service, { ...both('', undefined), name });
    expect(await secretsOf(await getService(w.deps, where(service)))).toEqual({ clientSecret: 'first' });
  });

  it('that cannot be forgotten fail no edit', async () => {
    const service = await serviceOf(w, both('first', undefined));
    const vault = {
      ...w.deps.vault,
      forget: () => Promise.reject(new Error('down')),
      remove: () => Promise.reject(new Error('down')),
    };
    const deps = otherProcess(w.deps, { vault });
    for (const secret of ['second', 'third']) await edited({ ...w, deps }, service, both(secret, undefined));
    const last = await edited({ ...w, deps }, service, oauth2Document({ auth: { clientSecret: 'fourth' } }));
    expect(await secretsOf(last)).toEqual({ clientSecret: 'fourth' });
  });

  it('of an edit that lost its race are forgotten', async () => {
    const service = await serviceOf(w, both('first', undefined));
    const store = {
      ...w.deps.store,
      replace: () => Promise.resolve(undefined),
    };
    const deps = otherProcess(w.deps, { store });
    await expect(edited({ ...w, deps }, service, both('lost', undefined))).rejects.toMatchObject({
      code: 'edited_meanwhile',
    });
    expect(w.vault.versions(vaultPaths()[0] ?? '')).toBe(1);
    expect(await secretsOf(service)).toEqual({ clientSecret: 'first' });
  });

  it('of an environment that is gone are destroyed, and do not come back with its name', async () => {
    const service = await serviceOf(w, both('prod', 'sand'));
    expect(vaultPaths()).toHaveLength(2);
    await edited(w, service, oauth2Document());
    expect(vaultPaths()).toHaveLength(1);
    const again = await edited(w, service, both(undefined, undefined));
    expect(await secretsOf(again, 'sandbox')).toEqual({ clientSecret: 'client-secret' });
  });
});

describe('a service that was read', () => {
  const full = () => ({
    ...both('prod', 'sand', { clientId: 'other' }),
    secrets: { partner: 'p' },
    documentationUrl: 'https://acme.example/docs',
  });

  it('can be changed and sent back whole: a status in the place of a secret keeps it', async () => {
    const service = await serviceOf(w, full());
    const shown = JSON.parse(JSON.stringify(showService(service))) as Record<string, unknown>;
    const after = await edited(w, service, { ...shown, name: 'Renamed' });
    expect(after.definition).toEqual({ ...service.definition, name: 'Renamed' });
    expect(await secretsOf(after)).toEqual({ clientSecret: 'prod', 'secrets.partner': 'p' });
    expect(await secretsOf(after, 'sandbox')).toEqual({ clientSecret: 'sand', 'secrets.partner': 'p' });
  });

  it('can be sent back in parts as a patch', async () => {
    const service = await serviceOf(w, full());
    const { auth, environments, secrets } = showService(service);
    const patch = JSON.parse(JSON.stringify({ auth, environments, secrets })) as Record<string, unknown>;
    const after = await patchService(w.deps, { ...where(service), patch, ifMatch: undefined });
    expect(after.definition).toEqual(service.definition);
    expect(await secretsOf(after)).toEqual({ clientSecret: 'prod', 'secrets.partner': 'p' });
  });

  it.each([
    ['another object for a secret', { auth: { clientSecret: { set: true } } }],
    ['a status with more in it', { auth: { clientSecret: { set: true, updatedAt: null, value: 'x' } } }],
    ['a status for what is no secret', { auth: { clientId: { set: true, updatedAt: null } } }],
  ])('is not mistaken for %s', (_, parts) => {
    expect(ServiceInput.safeParse(oauth2Document(parts)).success).toBe(false);
  });

  it('is told by its id: what nobody sets is refused in other documents', () => {
    expect(ServiceInput.safeParse({ ...oauth2Document(), version: 3 }).success).toBe(false);
    expect(ServiceInput.safeParse({ ...oauth2Document(), id: 'mine' }).success).toBe(false);
  });
});

describe("a secret of the service's own", () => {
  const call = (authId: string) =>
    proxyCall(w.deps, {
      actor: actor(w),
      authId,
      method: 'GET',
      path: '/me',
      query: '',
      headers: [],
      body: undefined,
    });

  it('goes with each request, to the API and to the token endpoint', async () => {
    const document = clientDocument(
      { tokenHeaders: { 'X-Partner': '{{secrets.partner}}' } },
      {
        secrets: { partner: 'partner-key' },
        apply: [
          { in: 'header', name: 'Authorization', value: 'Bearer {{access_token}}' },
          { in: 'header', name: 'X-Partner', value: 'key {{secrets.partner}}' },
        ],
      },
    );
    const service = await serviceOf(w, document);
    const auth = await makeAuth(w, { serviceId: service.id });
    await call(auth.id);
    const sent = w.http.requests.map(({ headers }) =>
      new Headers(headers.map(([a, b]) => [a, b])).get('x-partner'),
    );
    expect(sent).toEqual(['partner-key', 'key partner-key']);
    expect(w.store.dump()).not.toContain('partner-key');
  });

  it('is the new one in every process within five seconds of an edit', async () => {
    const document = (partner: string | undefined) =>
      tokenDocument({
        secrets: { partner },
        apply: [{ in: 'header', name: 'X-Key', value: '{{api_key}}:{{secrets.partner}}' }],
      });
    const service = await serviceOf(w, document('one'));
    const { id } = await makeAuth(w, { serviceId: service.id, fields: { api_key: 'k' } });
    await call(id);
    await edited(w, service, document('two'));
    await w.clock.advance(5001);
    await call(id);
    const keys = w.http.requests.map(
      ({ headers }) => headers.find(([name]) => name.toLowerCase() === 'x-key')?.[1],
    );
    expect(keys).toEqual(['k:one', 'k:two']);
  });

  it('that an environment has itself is used there, else that of production', async () => {
    const service = await serviceOf(w, {
      ...both('prod', 'sand', { clientId: 'other' }),
      secrets: { a: 'prod-a', b: 'prod-b' },
      environments: {
        sandbox: { auth: { clientId: 'other', clientSecret: 'sand' }, secrets: { b: 'sand-b' } },
      },
    });
    expect(await secretsOf(service, 'sandbox')).toEqual({
      clientSecret: 'sand',
      'secrets.a': 'prod-a',
      'secrets.b': 'sand-b',
    });
  });
});
