import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { recentService } from '#shared/domain/services/current.ts';
import { secretsIn } from '#shared/domain/services/secrets.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { getService, getUsableService } from '#shared/domain/services/get.ts';
import { patchService } from '#shared/domain/services/patch.ts';
import { finishServiceRemoval, removeService } from '#shared/domain/services/remove.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { showService } from '#shared/domain/services/view.ts';
import { updateService } from '#shared/domain/services/update.ts';
import { hour, otherProcess, told, world, type World } from '../../../support/deps.ts';
import {
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Document,
  oauth2Service,
  sharedWorkspace,
  tokenDocument,
  tokenService,
} from '../../../support/nouns.ts';
import { jsonAnswer } from '../../../support/watched.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

const where = ({ id: serviceId }: Pick<Service, 'id'>, workspaceId = w.workspaceId) => ({
  organizationId: w.organizationId,
  workspaceId,
  serviceId,
});
const update = (service: Service, document: unknown, ifMatch?: string) =>
  updateService(w.deps, { ...where(service), input: ServiceInput.parse(document), ifMatch });
const secretOf = async (service: Service) =>
  (await secretsIn(w.deps, service, 'production'))['clientSecret']?.reveal();

describe('a definition', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['asks for a field that there is not', { baseUrl: 'https://{{sub}}.acme.example' }, 'body.baseUrl'],
    ['puts the token into a URL', { baseUrl: 'https://acme.example/{{access_token}}' }, 'body.baseUrl'],
    [
      'asks for it in the token URL',
      { auth: { tokenUrl: 'https://{{sub}}.acme.example' } },
      'body.auth.tokenUrl',
    ],
    [
      'asks for it in the authorization URL',
      { auth: { authorizationUrl: 'https://{{sub}}.acme.example' } },
      'body.auth.authorizationUrl',
    ],
    ['applies what nothing fills', { apply: [{ name: 'a', value: '{{api_key}}' }] }, 'body.apply.0.value'],
    [
      'applies what its answer does not keep',
      { apply: [{ name: 'a', value: '{{metadata.team}}' }] },
      'body.apply.0.value',
    ],
    ['is plain HTTP', { baseUrl: 'http://acme.example' }, 'body.baseUrl'],
    [
      'is plain HTTP at the token endpoint',
      { auth: { tokenUrl: 'HTTP://acme.example' } },
      'body.auth.tokenUrl',
    ],
    ['names an umbrella that there is not', { umbrellaId: `umb_${'0'.repeat(26)}` }, 'body.umbrellaId'],
    ['has no client secret', { auth: { clientSecret: undefined } }, 'body.auth.clientSecret'],
    ['has an empty client secret', { auth: { clientSecret: '' } }, 'body.auth.clientSecret'],
  ])('that %s is refused, the place named', async (_, parts, path) => {
    await expect(oauth2Service(w, parts)).rejects.toMatchObject({
      status: 422,
      code: 'invalid_service',
      details: [{ path }],
    });
    expect(w.vault.paths()).toEqual([]);
  });

  it('names every place that is wrong', async () => {
    const made = oauth2Service(w, {
      baseUrl: 'http://{{a}}.example',
      apply: [{ name: 'x', value: '{{b}}' }],
    });
    await expect(made).rejects.toMatchObject({
      details: [{ path: 'body.baseUrl' }, { path: 'body.apply.0.value' }, { path: 'body.baseUrl' }],
    });
  });

  it('of a token service must say where the token goes', async () => {
    for (const apply of [undefined, []])
      await expect(tokenService(w, { apply })).rejects.toMatchObject({ details: [{ path: 'body.apply' }] });
  });

  it('may use its fields, the token and what is kept of the answer', async () => {
    const service = await oauth2Service(w, {
      baseUrl: 'https://{{sub}}.acme.example',
      fields: [{ key: 'sub' }],
      auth: { tokenResponse: { metadata: { team: 'team.id' } } },
      apply: [{ in: 'header', name: 'X', value: '{{sub}} {{access_token}} {{metadata.team}}' }],
    });
    expect(service.version).toBe(1);
  });

  it.each([
    [{ fields: [{ key: 'a' }, { key: 'a' }] }, 'two fields of one key'],
    [{ fields: [{ key: 'access_token' }] }, 'a field that is named as the token'],
    [{ fields: [{ key: 'constructor' }] }, 'a field that is named as what every object has'],
    [{ fields: [{ key: '__proto__' }] }, 'a field that is named as the prototype'],
    [{ icon: 'javascript:alert(1)' }, 'an icon that runs'],
    [{ hosts: ['https://files.example'] }, 'a host that is a URL'],
    [{ unheard: true }, 'a setting that there is not'],
    [{ auth: { type: 'token', clientSecret: 'x' } }, 'a secret where there is none'],
  ])('never has %j (%s)', (parts, _why) => {
    expect(ServiceInput.safeParse({ ...oauth2Document(), ...parts }).success).toBe(false);
  });

  it('may be without a client secret when the provider wants none', async () => {
    const service = await oauth2Service(w, {
      auth: { clientAuthentication: 'none', clientSecret: undefined },
    });
    expect(service.secrets).toEqual({});
  });
});

describe('the client secret', () => {
  it('is write-only: reads tell that it is set, and since when (R53)', async () => {
    const service = await oauth2Service(w, { auth: { clientSecret: 'planted-secret' } });
    const shown = JSON.stringify(showService(service));
    expect(shown).not.toContain('planted');
    expect(showService(service).auth).toMatchObject({
      clientSecret: { set: true, updatedAt: expect.any(String) },
    });
    expect(w.store.dump()).not.toContain('planted');
    expect(await secretOf(service)).toBe('planted-secret');
  });

  it('is kept when it is left out or empty, and overwritten by a new one (R53)', async () => {
    const service = await oauth2Service(w, { auth: { clientSecret: 'first' } });
    for (const clientSecret of [undefined, '']) {
      expect(
        await secretOf(
          await update(service, oauth2Document({ auth: { clientSecret } }), '*').catch(() => service),
        ),
      ).toBe('first');
    }
    const current = await getService(w.deps, where(service));
    expect(await secretOf(await update(current, oauth2Document({ auth: { clientSecret: 'second' } })))).toBe(
      'second',
    );
  });

  it('is needed for an edit too, when there is none yet and the provider wants one', async () => {
    const service = await tokenService(w);
    const edit = update(service, oauth2Document({ auth: { clientSecret: undefined } }));
    await expect(edit).rejects.toMatchObject({ status: 422, details: [{ path: 'body.auth.clientSecret' }] });
  });
});

describe('editing', () => {
  it('makes a new version, seen by renewals at once and by the proxy within five seconds (R13)', async () => {
    const service = await oauth2Service(w);
    const auth = await connectedAuth(w, service);
    const of = { organizationId: w.organizationId, serviceId: service.id, environment: 'production' };
    await recentService(w.deps, of);
    const edited = await update(
      service,
      oauth2Document({ auth: { tokenUrl: 'https://acme.example/v2/token' } }),
      '"1"',
    );
    expect(edited.version).toBe(2);
    expect((await recentService(otherProcess(w.deps), of)).version).toBe(2);
    await w.clock.advance(5000);
    expect((await recentService(w.deps, of)).version).toBe(2);
    await w.clock.advance(hour);
    await freshCredential(w.deps, { organizationId: w.organizationId, authId: auth.id });
    expect(w.http.to('https://acme.example/v2/token')).toHaveLength(1);
  });

  it('is refused over a version that is not the present one', async () => {
    const service = await oauth2Service(w);
    await update(service, oauth2Document(), '"1"');
    await expect(update(service, oauth2Document(), '"1"')).rejects.toMatchObject({
      status: 412,
      code: 'version_changed',
    });
  });

  it('of two at the same time lets one win', async () => {
    const service = await oauth2Service(w);
    const both = await Promise.allSettled([
      update(service, oauth2Document()),
      update(service, oauth2Document()),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('that cannot work changes nothing, and keeps no secret', async () => {
    const service = await oauth2Service(w);
    const edit = update(
      service,
      oauth2Document({ baseUrl: 'https://{{x}}.example', auth: { clientSecret: 'other' } }),
    );
    await expect(edit).rejects.toMatchObject({ status: 422 });
    expect(await getService(w.deps, where(service))).toEqual(service);
  });

  it('lets a refused application be told of again', async () => {
    const service = await oauth2Service(w);
    const auth = await connectedAuth(w, service);
    const ref = { organizationId: w.organizationId, authId: auth.id };
    w.http.answers(() => jsonAnswer(401, { error: 'invalid_client' }));
    await w.clock.advance(hour);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    await update(service, oauth2Document({ auth: { clientSecret: 'wrong-too' } }), '*');
    await w.clock.advance(hour);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    expect(told(w, 'service.client_rejected')).toHaveLength(2);
  });
});

describe('patching', () => {
  const patch = (service: Service, changes: Record<string, unknown>, ifMatch?: string, deps = w.deps) =>
    patchService(deps, { ...where(service), patch: changes, ifMatch });

  it('changes what is named, takes away what is null, and keeps all else (RFC 7396)', async () => {
    const service = await oauth2Service(w, {
      icon: 'https://acme.example/icon',
      auth: { clientSecret: 'kept' },
    });
    const patched = await patch(service, { name: 'Other', icon: null, auth: { scopes: ['one'] } }, '"1"');
    expect(patched).toMatchObject({
      version: 2,
      definition: { name: 'Other', auth: { scopes: ['one'], clientId: 'latchkey' } },
    });
    expect(patched.definition.icon).toBeUndefined();
    expect(await secretOf(patched)).toBe('kept');
    expect(await secretOf(await patch(patched, { auth: { clientSecret: 'new' } }))).toBe('new');
  });

  it.each<[Record<string, unknown>, string]>([
    [{ baseUrl: null }, 'body.baseUrl'],
    [{ baseUrl: 'https://{{x}}.example' }, 'body.baseUrl'],
    [{ auth: { tokenUrl: 'ftp://acme.example' } }, 'body.auth.tokenUrl'],
    [{ unheard: 1 }, 'body.unheard'],
    [{ auth: null }, 'body.auth'],
  ])('is refused when the definition could not be so: %j', async (changes, path) => {
    const service = await oauth2Service(w);
    await expect(patch(service, changes)).rejects.toMatchObject({ status: 422, details: [{ path }] });
    expect(await getService(w.deps, where(service))).toEqual(service);
  });

  it('is refused over a version that is not the present one', async () => {
    const service = await oauth2Service(w);
    await expect(patch(service, { name: 'Other' }, '"2"')).rejects.toMatchObject({ status: 412 });
  });

  it('never undoes an edit that comes in between', async () => {
    const service = await oauth2Service(w);
    let reads = 0;
    const slow = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        get: async (collection, key) => {
          if (collection.name === 'service' && (reads += 1) === 2)
            await update(service, oauth2Document({ name: 'Edited' }));
          return w.deps.store.get(collection, key);
        },
      },
    });
    await expect(
      patch(service, { documentationUrl: 'https://acme.example' }, undefined, slow),
    ).rejects.toMatchObject({ status: 412 });
    expect((await getService(w.deps, where(service))).definition.name).toBe('Edited');
  });
});

describe('deleting', () => {
  it('is refused while auths of any workspace use the service, which are named (R13)', async () => {
    const service = await tokenService(w);
    const { id: workspaceId } = await sharedWorkspace(w);
    const here = await keyedAuth(w, service);
    await w.clock.advance(1);
    const there = await keyedAuth({ ...w, workspaceId }, service);
    await expect(
      removeService(w.deps, { ...where(service), force: false, ifMatch: undefined }),
    ).rejects.toMatchObject({
      status: 409,
      code: 'service_in_use',
      details: [
        { path: `/v1/workspaces/${w.workspaceId}/auths/${here.id}` },
        { path: `/v1/workspaces/${workspaceId}/auths/${there.id}` },
      ],
    });
    await removeAuth(w.deps, { ...where(service), authId: here.id, ifMatch: undefined });
    await removeAuth(w.deps, { ...where(service, workspaceId), authId: there.id, ifMatch: undefined });
    await removeService(w.deps, { ...where(service), force: false, ifMatch: undefined });
    await expect(getService(w.deps, where(service))).rejects.toMatchObject({ status: 404 });
  });

  it('destroys the client secret', async () => {
    const service = await oauth2Service(w);
    await expect(
      removeService(w.deps, { ...where(service), force: false, ifMatch: '"9"' }),
    ).rejects.toMatchObject({
      status: 412,
    });
    await removeService(w.deps, { ...where(service), force: false, ifMatch: '"1"' });
    await finishServiceRemoval(w.deps, { organizationId: w.organizationId, serviceId: service.id });
    expect(w.vault.paths()).toEqual([]);
  });
});

describe('a service named instead of given by id (R2)', () => {
  const usable = (service: string, workspaceId = w.workspaceId) =>
    getUsableService(w.deps, { organizationId: w.organizationId, workspaceId, service });

  it('is found by its name, whatever the case, from every workspace that may use it', async () => {
    const service = await tokenService(w);
    const { id } = await sharedWorkspace(w);
    for (const workspaceId of [w.workspaceId, id])
      expect((await usable(' KEYED ', workspaceId)).id).toBe(service.id);
  });

  it('answers 404 with what to do instead when there is none, or only where the caller may not use it', async () => {
    const { id } = await sharedWorkspace(w);
    const { id: other } = await sharedWorkspace(w, 'Other');
    await tokenService({ ...w, workspaceId: other }, { name: 'Theirs' });
    for (const name of ['hubspot', 'Theirs', 'svc_short', `svc_${'0'.repeat(26)}`])
      await expect(usable(name, id)).rejects.toMatchObject({
        status: 404,
        code: 'service_not_found',
        message: expect.stringMatching(/create one.*generic auth/),
      });
  });

  it('answers 409 with the ids when several bear the name', async () => {
    const [one, two] = [await tokenService(w), await tokenService(w)];
    await expect(usable('keyed')).rejects.toMatchObject({
      status: 409,
      code: 'ambiguous_service',
      details: [one, two].map(({ id }) => ({ path: 'body.serviceId', message: expect.stringContaining(id) })),
    });
  });
});

describe("a secret of the service's own", () => {
  it.each<[string, Record<string, unknown>]>([
    ['authorizationUrl', { authorizationUrl: 'https://acme.example/{{secrets.x}}' }],
    ['authorizationParams.a', { authorizationParams: { a: '{{secrets.x}}' } }],
    ['scopes.0', { scopes: ['{{secrets.x}}'] }],
    ['optionalScopes.0.scope', { optionalScopes: [{ scope: '{{secrets.x}}' }] }],
    ['resource.0', { resource: ['https://acme.example/{{secrets.x}}'] }],
    ['issuer', { issuer: 'https://acme.example/{{secrets.x}}' }],
    ['clientId', { clientId: '{{secrets.x}}' }],
  ])('is not put where the person or a reader of the auth sees it: auth.%s', async (path, auth) => {
    await expect(oauth2Service(w, { auth, secrets: { x: 'planted' } })).rejects.toMatchObject({
      status: 422,
      details: [{ path: `body.auth.${path}` }],
    });
  });

  it('is put into token requests and calls', async () => {
    const parts = {
      auth: { tokenParams: { a: '{{secrets.x}}' } },
      apply: [{ in: 'header', name: 'x-a', value: '{{secrets.x}}' }],
      secrets: { x: 'planted' },
    };
    expect((await oauth2Service(w, parts)).id).toMatch(/^svc_/);
  });
});

describe('who may use a service', () => {
  it('are all workspaces when it is one of the organization workspace (R10)', async () => {
    const service = await tokenService(w);
    const { id: workspaceId } = await sharedWorkspace(w);
    expect((await getUsableService(w.deps, { ...where(service, workspaceId), service: service.id })).id).toBe(
      service.id,
    );
    expect((await keyedAuth({ ...w, workspaceId }, service)).workspaceId).toBe(workspaceId);
  });

  it('is its own workspace alone when it is of another kind (R9)', async () => {
    const own = await sharedWorkspace(w);
    const other = await sharedWorkspace(w);
    const service = await tokenService({ ...w, workspaceId: own.id });
    expect((await getUsableService(w.deps, { ...where(service, own.id), service: service.id })).id).toBe(
      service.id,
    );
    for (const workspaceId of [other.id, w.workspaceId])
      await expect(keyedAuth({ ...w, workspaceId }, service)).rejects.toMatchObject({
        status: 404,
        code: 'service_not_found',
      });
  });

  it('do not manage it for all that (R12)', async () => {
    const service = await tokenService(w);
    const { id: workspaceId } = await sharedWorkspace(w);
    const there = where(service, workspaceId);
    await expect(getService(w.deps, there)).rejects.toMatchObject({ status: 404 });
    await expect(
      updateService(w.deps, { ...there, input: ServiceInput.parse(tokenDocument()), ifMatch: undefined }),
    ).rejects.toMatchObject({ status: 404 });
    await expect(removeService(w.deps, { ...there, force: false, ifMatch: undefined })).rejects.toMatchObject(
      {
        status: 404,
      },
    );
  });

  it('are told what else there is when there is no such service (R2)', async () => {
    const unknown = keyedAuth(w, { id: `svc_${'0'.repeat(26)}` } as Service);
    await expect(unknown).rejects.toMatchObject({
      status: 404,
      message: expect.stringMatching(/create one.*generic auth/),
    });
  });
});

describe('making an auth without a consent', () => {
  it('is refused for a service that needs one, with the way to it', async () => {
    await expect(keyedAuth(w, await oauth2Service(w), {})).rejects.toMatchObject({
      status: 422,
      code: 'consent_needed',
      details: [{ path: `/v1/workspaces/${w.workspaceId}/connect-sessions` }],
    });
  });

  it('is refused with fields that do not fit, each named and none repeated', async () => {
    const service = await tokenService(w, { fields: [{ key: 'api_key', pattern: '^k' }, { key: 'other' }] });
    const made = keyedAuth(w, service, { api_key: 'planted', more: 'planted' });
    await expect(made).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.fields.api_key' }, { path: 'body.fields.other' }, { path: 'body.fields.more' }],
    });
    await made.catch((error: unknown) => expect(JSON.stringify(error)).not.toContain('planted'));
    expect(w.vault.paths()).toEqual([]);
  });

  it('lays no field in the store', async () => {
    await keyedAuth(w, await tokenService(w), { api_key: 'planted-key' });
    expect(w.store.dump()).not.toContain('planted');
  });
});
