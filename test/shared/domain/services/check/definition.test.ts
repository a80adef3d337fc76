import { beforeEach, describe, expect, it } from '@jest/globals';
import { updateOrganization } from '#shared/domain/organization/policy.ts';
import { createService } from '#shared/domain/services/create.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { AppError } from '#shared/errors.ts';
import { world, type World } from '../../../../support/deps.ts';
import { oauth2Document, oauth2Service, tokenDocument, tokenService } from '../../../../support/nouns.ts';
import { check, coded, pathsOf } from './checking.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

describe('a candidate', () => {
  it('that is sound has no finding and would be stored', async () => {
    expect(await check(w, oauth2Document())).toEqual({ ok: true, findings: [], effect: null });
    expect(await check(w, tokenDocument())).toEqual({ ok: true, findings: [], effect: null });
  });

  it('is not stored, and neither are its secrets', async () => {
    const before = { store: w.store.dump(), vault: w.vault.paths() };
    await check(w, oauth2Document());
    const service = await oauth2Service(w);
    const between = { store: w.store.dump(), vault: w.vault.paths() };
    await check(w, oauth2Document({ name: 'Other', auth: { clientSecret: 'another' } }), service.id);
    expect(between.vault).not.toEqual(before.vault);
    expect({ store: w.store.dump(), vault: w.vault.paths() }).toEqual(between);
  });

  it('is told whole what the schema rejects, each by its path and with a remedy', async () => {
    const answer = await check(w, {
      ...oauth2Document({ auth: { tokenUrl: 'javascript:alert(1)', scopes: ['a b'], grant: 'implicit' } }),
      surplus: true,
      baseUrl: undefined,
    });
    expect(answer.ok).toBe(false);
    expect(answer.effect).toBeNull();
    const byPath = new Map(answer.findings.map((finding) => [finding.path, finding]));
    expect(byPath.get('body.baseUrl')).toMatchObject({ code: 'invalid_request', remedy: 'Add this member.' });
    expect(byPath.get('body.auth.grant')?.remedy).toContain('authorization_code');
    expect(byPath.get('body.surplus')?.remedy).toContain('Take');
    expect(answer.findings.every(({ level, remedy }) => level === 'error' && remedy !== '')).toBe(true);
    expect(w.http.requests).toEqual([]);
  });

  it('may be nothing at all', async () => {
    const answer = await check(w, {});
    expect(answer.ok).toBe(false);
    expect(pathsOf(answer, 'invalid_request')).toEqual(
      expect.arrayContaining(['body.name', 'body.baseUrl', 'body.auth']),
    );
  });

  it.each([5, 5000, 100_000])('nested %i levels too deep is told so, and is no failure', async (levels) => {
    const x: unknown = JSON.parse(`${'{"a":'.repeat(60 + levels)}1${'}'.repeat(60 + levels)}`);
    const answer = await check(w, tokenDocument({ environments: { sandbox: { auth: { x } } } }));
    expect(answer).toMatchObject({ ok: false, findings: [{ code: 'invalid_request', path: 'body' }] });
    expect(answer.findings[0]?.message).toContain('nested');
  });

  it('with more faults than anybody reads is told 200 of them', async () => {
    const names = Array.from({ length: 29 }, (_, index) => `optional${index}`);
    const fields = [{ key: 'api_key' }, ...names.map((key) => ({ key, required: false }))];
    const path = names.map((name) => `{{${name}}}`).join('/');
    const environments = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [
        `env${index}`,
        { baseUrl: `https://env${index}.example/${path}` },
      ]),
    );
    const { findings } = await check(w, tokenDocument({ fields, environments }));
    expect(findings).toHaveLength(200);
  });

  it.each([
    ['auth.tokenUrl', { auth: { tokenUrl: 'https://{{shop}}.acme.example/token' } }, 'Add a field'],
    ['auth.authorizationUrl', { auth: { authorizationUrl: 'http://acme.example/authorize' } }, 'https://'],
    ['auth.clientSecret', { auth: { clientSecret: '' } }, 'never shown again'],
    ['umbrellaId', { umbrellaId: 'umb_01hvx3s9k2m4n6p8q0r2s4t6v8' }, 'umbrella'],
  ])('that createService would refuse for %s is told so, with a remedy', async (path, parts, remedy) => {
    const document = oauth2Document(parts);
    const answer = await check(w, document);
    const [found] = coded(answer, 'invalid_service');
    expect(answer.ok).toBe(false);
    expect(found).toMatchObject({ level: 'error', path: `body.${path}` });
    expect(found?.remedy).toContain(remedy);
    const { organizationId, workspaceId, deps } = w;
    const refused = await createService(deps, {
      organizationId,
      workspaceId,
      input: ServiceInput.parse(document),
    }).catch((error: unknown) => error);
    const details = refused instanceof AppError ? refused.details : [];
    expect(coded(answer, 'invalid_service').map(({ path: at, message }) => ({ path: at, message }))).toEqual(
      details,
    );
  });

  it('of a type that the organization forbids is told so', async () => {
    const discouraged = {
      ...oauth2Document(),
      fields: [{ key: 'username' }, { key: 'password', secret: true }],
      auth: {
        type: 'oauth2',
        grant: 'password',
        tokenUrl: 'https://acme.example/oauth/token',
        clientId: 'latchkey',
        clientSecret: 'client-secret',
        acknowledgeRisk: true,
      },
    };
    const allowed = await check(w, discouraged);
    expect(allowed.ok).toBe(true);
    expect(coded(allowed, 'discouraged_auth_type')).toMatchObject([
      { level: 'warning', path: 'body.auth.type' },
    ]);
    await updateOrganization(w.deps, {
      organizationId: w.organizationId,
      edit: { discouragedTypes: 'forbidden' },
      ifMatch: undefined,
    });
    const forbidden = await check(w, discouraged);
    expect(forbidden.ok).toBe(false);
    expect(coded(forbidden, 'type_forbidden')).toMatchObject([{ level: 'error', path: 'body.auth.type' }]);
  });
});

describe('an edit', () => {
  it('may leave out the secrets that are kept', async () => {
    const service = await oauth2Service(w);
    const answer = await check(w, oauth2Document({ auth: { clientSecret: undefined } }), service.id);
    expect(answer).toMatchObject({ ok: true, findings: [] });
  });

  it('that is empty is the service as it stands', async () => {
    const service = await oauth2Service(w, { auth: { pkce: 'none' } });
    const answer = await check(w, {}, service.id);
    expect(answer).toMatchObject({ ok: true, effect: { auths: 0, ends: 0, changes: [] } });
    expect(coded(answer, 'pkce_off')).toMatchObject([{ level: 'warning', path: 'body.auth.pkce' }]);
    expect(coded(answer, 'pkce_off')[0]?.remedy).toContain('S256');
  });

  it('of a service that is not there rejects with 404', async () => {
    await expect(check(w, {}, 'svc_01hvx3s9k2m4n6p8q0r2s4t6v8')).rejects.toMatchObject({
      status: 404,
      code: 'service_not_found',
    });
  });
});

describe('fields', () => {
  it('that may be left out and have no fallback in a URL are warned of', async () => {
    const fields = [
      { key: 'region', required: false },
      { key: 'zone', required: false, default: 'a' },
      { key: 'account', required: false },
      { key: 'shop' },
    ];
    const answer = await check(
      w,
      oauth2Document({
        fields,
        baseUrl: 'https://{{shop}}.{{region}}.{{zone}}.acme.example/{{account|main}}',
        test: { path: '/of/{{account}}' },
      }),
    );
    expect(coded(answer, 'unfilled_when_left_out')).toMatchObject([
      { level: 'warning', path: 'body.baseUrl', message: expect.stringContaining('region') },
      { level: 'warning', path: 'body.test.path', message: expect.stringContaining('account') },
    ]);
  });

  it('that no setting uses are told', async () => {
    const answer = await check(
      w,
      tokenDocument({ fields: [{ key: 'api_key', secret: true }, { key: 'colour' }] }),
    );
    expect(answer.ok).toBe(true);
    expect(coded(answer, 'unused_field')).toMatchObject([{ level: 'info', path: 'body.fields.1' }]);
  });

  it('that only a secret uses are used, whether the secret is given or kept', async () => {
    const document = oauth2Document({
      fields: [{ key: 'own_secret', secret: true }],
      auth: { clientSecret: '{{own_secret}}' },
    });
    expect(pathsOf(await check(w, document), 'unused_field')).toEqual([]);
    const service = await oauth2Service(w, document);
    expect(pathsOf(await check(w, {}, service.id), 'unused_field')).toEqual([]);
  });

  it('that only another environment uses are used', async () => {
    const answer = await check(
      w,
      tokenDocument({
        fields: [{ key: 'api_key' }, { key: 'shop', default: 'one' }],
        environments: { sandbox: { baseUrl: 'https://{{shop}}.sandbox.example' } },
      }),
    );
    expect(pathsOf(answer, 'unused_field')).toEqual([]);
  });
});

describe('plain HTTP', () => {
  it('is warned of where the deployment allows it, and refused where not', async () => {
    const document = tokenDocument({ baseUrl: 'http://api.keyed.example' });
    const refused = await check(w, document);
    expect(refused.ok).toBe(false);
    expect(pathsOf(refused, 'plain_http')).toEqual([]);
    expect(w.http.requests).toEqual([]);
    const lax = { ...w, deps: { ...w.deps, settings: { ...w.deps.settings, plainHttp: true } } };
    const allowed = await check(lax, document);
    expect(allowed.ok).toBe(true);
    expect(coded(allowed, 'plain_http')).toMatchObject([{ level: 'warning', path: 'body.baseUrl' }]);
  });
});

describe('environments', () => {
  it('are told apart by their paths, and what they have from production is told once', async () => {
    const answer = await check(
      w,
      oauth2Document({
        auth: { pkce: 'none' },
        environments: {
          sandbox: { baseUrl: 'https://{{shop}}.sandbox.example' },
          strict: { auth: { pkce: 'S256', scopes: [] } },
        },
      }),
    );
    expect(pathsOf(answer, 'pkce_off')).toEqual(['body.auth.pkce']);
    expect(pathsOf(answer, 'invalid_service')).toEqual(['body.environments.sandbox.baseUrl']);
    expect(pathsOf(answer, 'no_offline_access')).toEqual(['body.environments.strict.auth.scopes']);
  });

  it('that make no definition hide nothing of the others', async () => {
    const answer = await check(
      w,
      oauth2Document({
        auth: { clientSecret: '' },
        environments: { sandbox: { auth: { grant: 'client_credentials', pkce: 'none' } } },
      }),
    );
    const paths = pathsOf(answer, 'invalid_service');
    expect(paths).toContain('body.auth.clientSecret');
    expect(paths.some((path) => path.startsWith('body.environments.sandbox.auth'))).toBe(true);
  });

  it('that make no definition leave the effect of an edit open', async () => {
    const service = await tokenService(w);
    const answer = await check(
      w,
      tokenDocument({ environments: { sandbox: { auth: { x: 1 } } } }),
      service.id,
    );
    expect(answer).toMatchObject({ ok: false, effect: null });
  });
});
