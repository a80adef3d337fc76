import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { createFromCatalogue, FromCatalogue } from '#shared/domain/services/create-from-catalogue.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { capturedOutput } from '../../support/output.ts';
import { createWorkspace } from '#shared/domain/workspaces/create.ts';
import { legacyService, oauth2Service, tokenDocument } from '../../support/nouns.ts';
import { keyOf, parties, type Parties } from '../../support/parties.ts';

let p: Parties;
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  output = capturedOutput();
  p = await parties();
  provide(p.w.deps);
});

afterEach(() => {
  output.stop();
});

type Parts = Readonly<Record<string, unknown>>;
type Rows = readonly Readonly<Record<string, unknown>>[];

/** How a bundle from the same deployment names a service. */
const named = ({ id, definition }: Service, ref = 'acme') => ({
  ref,
  id,
  name: definition.name,
  type: definition.auth.type,
});

const http = (service: string, content?: unknown) => ({ kind: 'http_client', service, content });
const graphql = (service: string) => ({ kind: 'graphql_client', service });
const byConnector = (service: string) => ({ kind: 'connector', service });

const bundle = (services: Rows, steps: Rows, parts: Parts = {}) => ({
  format: 'latchkey.bundle',
  version: 1,
  services,
  steps,
  ...parts,
});

const imports = (body: Parts, as?: string) =>
  p.send(['POST', p.target, 'imports'], body, as === undefined ? {} : { as });
const checks = (body: Parts) => p.send(['POST', p.target, 'imports/check'], body);
const imported = async () => (await p.send(['GET', p.target, 'imports'])).json['items'];

const rows = (value: unknown) => value as readonly Readonly<Record<string, never>>[];

describe('the import of a bundle', () => {
  it('R18 fails wholly when a connector uses a service that is not shared, naming every missing one and both remedies', async () => {
    const [one, two, shared] = [
      await p.service(p.source, 'Acme'),
      await p.service(p.source, 'Beta'),
      await p.service(p.organization, 'Gamma'),
    ];
    const body = {
      bundle: bundle(
        [named(one), named(two, 'beta'), named(shared, 'gamma')],
        [byConnector('acme'), byConnector('beta'), byConnector('gamma')],
      ),
    };
    const before = p.stored();
    const { status, error, json } = await imports(body);
    expect([status, error.code]).toEqual([409, 'services_missing']);
    expect(error.details.map(({ path }) => path)).toEqual([
      'body.bundle.services.0',
      'body.bundle.services.1',
    ]);
    for (const [index, name] of ['Acme', 'Beta'].entries()) {
      expect(error.details[index]?.message).toContain(name);
      expect(error.details[index]?.message).toContain(`organization workspace ${p.organization}`);
      expect(error.details[index]?.message).toContain('Share a custom connector');
    }
    expect(json['status']).toBe('services_missing');
    expect(
      rows(json['missing']).map(({ ref, remedies }) => [ref, rows(remedies).map(({ kind }) => kind)]),
    ).toEqual([
      ['acme', ['organization_workspace', 'share_connector']],
      ['beta', ['organization_workspace', 'share_connector']],
    ]);
    expect(p.stored()).toBe(before);
    expect(await imported()).toEqual([]);
  });

  it('R19 succeeds when the service is in the organization workspace', async () => {
    const service = await p.service(p.organization);
    const { status, json } = await imports({ bundle: bundle([named(service)], [byConnector('acme')]) });
    expect([status, json['status'], rows(json['services'])]).toEqual([
      201,
      'imported',
      [{ ref: 'acme', name: 'Acme', serviceId: service.id, by: 'id' }],
    ]);
    expect(await imported()).toHaveLength(1);
  });

  it.each([
    ['the target by its id', () => [p.target]],
    ['the whole organization', () => 'organization'],
  ])('R20 succeeds when a connector that uses the service is shared with %s', async (_, sharedWith) => {
    const service = await p.service(p.source);
    const body = { bundle: bundle([named(service)], [byConnector('acme')]) };
    const connector = await p.connector(p.source, service.id, []);
    expect((await imports(body)).error.code).toBe('services_missing');
    await p.send(['PATCH', p.source, `connectors/${connector}`], { sharedWith: sharedWith() });
    expect((await imports(body)).status).toBe(201);
    await p.send(['DELETE', p.source, `connectors/${connector}`]);
    expect((await imports(body)).error.code).toBe('services_missing');
  });

  it('R20 either alone is not enough: a connector shared with another, or one that is shared and uses another service', async () => {
    const [service, other] = [await p.service(p.source), await p.service(p.source, 'Other')];
    const body = { bundle: bundle([named(service)], [byConnector('acme')]) };
    await p.connector(p.source, service.id, [p.organization]);
    expect((await imports(body)).error.code).toBe('services_missing');
    const wrong = await p.connector(p.source, other.id, [p.target]);
    expect((await imports(body)).error.code).toBe('services_missing');
    await p.send(['PATCH', p.source, `connectors/${wrong}`], { serviceId: service.id });
    expect((await imports(body)).status).toBe(201);
  });

  it('R21 has no third way: neither being contributor at the source counts, nor being owner of the organization', async () => {
    const service = await p.service(p.source);
    const body = { bundle: bundle([named(service)], [byConnector('acme')]) };
    for (const role of ['contributor', 'admin', 'owner']) {
      const { status, error } = await imports(body, await keyOf(p.w, role));
      expect([role, status, error.code]).toEqual([role, 409, 'services_missing']);
    }
    expect(await imported()).toEqual([]);
  });

  it('R21 a service that was deleted is missing, though its connector is still shared', async () => {
    const service = await p.service(p.source);
    await p.connector(p.source, service.id, [p.target]);
    const body = { bundle: bundle([named(service)], [byConnector('acme')]) };
    const { removeService } = await import('#shared/domain/services/remove.ts');
    await removeService(p.w.deps, {
      organizationId: p.w.organizationId,
      workspaceId: p.source,
      serviceId: service.id,
      force: true,
      ifMatch: undefined,
    });
    expect((await imports(body)).error.code).toBe('services_missing');
  });

  it.each([
    ['an HTTP-client step', [http('acme')]],
    ['a GraphQL step', [graphql('acme')]],
    ['both', [http('acme'), graphql('acme')]],
  ])('R22 does not fail for a service that only %s uses: it asks for a mapping', async (_, steps) => {
    const service = await p.service(p.source);
    const { status, error, json } = await imports({ bundle: bundle([named(service)], steps) });
    expect([status, error.code, json['status'], json['missing']]).toEqual([
      409,
      'needs_mapping',
      'needs_mapping',
      [],
    ]);
    expect(error.details.map(({ path }) => path)).toEqual(['body.mapping.acme']);
  });

  it.each([
    ['a connector step', [http('acme'), byConnector('acme')], {}],
    ['a connector', [http('acme')], { connectors: [{ ref: 'orders', name: 'Orders', service: 'acme' }] }],
  ])('R22 mixed use has no exception, and no mapping helps: with %s', async (_, steps, parts) => {
    const service = await p.service(p.source);
    const own = await p.service(p.target, 'Mine');
    const body = { bundle: bundle([named(service)], steps, parts) };
    expect((await imports(body)).error.code).toBe('services_missing');
    const { status, error } = await imports({ ...body, mapping: { acme: own.id } });
    expect([status, error.code, error.details[0]?.path]).toEqual([
      422,
      'invalid_mapping',
      'body.mapping.acme',
    ]);
    expect(await imported()).toEqual([]);
  });

  it('R22 a service that nothing uses falls under the rule, not under the exception', async () => {
    const service = await p.service(p.source);
    expect((await imports({ bundle: bundle([named(service)], []) })).error.code).toBe('services_missing');
  });

  it('R23 names the services that are available in the target, those of the same type first; the caller picks and repeats', async () => {
    const service = await p.service(p.source);
    const own = await p.service(p.target, 'Mine');
    const wide = await oauth2Service({ ...p.w, workspaceId: p.organization }, { name: 'Acme' });
    const body = { bundle: bundle([named(service)], [http('acme', { path: '/me' })]) };
    const asked = await imports(body);
    expect(rows(asked.json['needsMapping'])).toEqual([
      {
        ref: 'acme',
        name: 'Acme',
        type: 'token',
        available: [
          { id: own.id, name: 'Mine', type: 'token', sameType: true },
          { id: wide.id, name: 'Acme', type: 'oauth2', sameType: false },
        ],
        more: false,
      },
    ]);
    expect(asked.text).not.toContain('.example');
    const done = await imports({ ...body, mapping: { acme: own.id } });
    expect([done.status, done.json['warnings'], rows(done.json['steps'])]).toEqual([
      201,
      [],
      [{ serviceId: own.id, connectorId: null }],
    ]);
  });

  it('R23 offers the services of the embedded workspace and legacy ones as well, and takes them', async () => {
    const { organizationId, deps } = p.w;
    const { id: workspaceId } = await createWorkspace(deps, {
      organizationId,
      name: 'Embedded',
      kind: 'embedded',
    });
    const embedded = await p.service(workspaceId, 'Embedded one');
    const legacy = await legacyService(p.w);
    const service = await p.service(p.source);
    const body = { bundle: bundle([named(service)], [http('acme')]) };
    const { json } = await checks(body);
    const available = rows(rows(json['needsMapping'])[0]?.['available']);
    expect(available.map(({ id }) => id)).toEqual([embedded.id, legacy.id]);
    for (const { id } of [embedded, legacy])
      expect((await imports({ ...body, mapping: { acme: id } })).status).toBe(201);
  });

  it('R23 offers no legacy service that takes no new auths any more', async () => {
    const legacy = await legacyService(p.w, { sunsetAt: new Date(p.w.clock.now() + 1000).toISOString() });
    const body = { bundle: bundle([named(await p.service(p.source))], [http('acme')]) };
    const offered = async () =>
      rows(rows((await checks(body)).json['needsMapping'])[0]?.['available']).map(({ id }) => id);
    expect(await offered()).toEqual([legacy.id]);
    await p.w.clock.advance(2000);
    expect(await offered()).toEqual([]);
  });

  it('R17 R23 neither offers nor takes a legacy service that is over: no auth could be made with it', async () => {
    const service = await p.service(p.source);
    const sunsetAt = new Date(p.w.clock.now()).toISOString();
    const over = await legacyService(p.w, { sunsetAt });
    const body = { bundle: bundle([named(service)], [http('acme')]) };
    const at = ['POST', over.workspaceId, 'imports'] as const;
    const [asked] = rows((await p.send(at, body)).json['needsMapping']);
    expect(asked?.['available']).toEqual([]);
    expect((await p.send(at, { ...body, mapping: { acme: over.id } })).error.code).toBe('invalid_mapping');
    const itself = await imports({ bundle: bundle([named(over)], [http('acme')]) });
    expect(itself.error.code).toBe('needs_mapping');
  });

  it('R23 mapping to another auth type is allowed, with a warning', async () => {
    const service = await p.service(p.source);
    const other = await oauth2Service({ ...p.w, workspaceId: p.target }, { name: 'Other' });
    const { status, json } = await imports({
      bundle: bundle([named(service)], [http('acme')]),
      mapping: { acme: other.id },
    });
    expect(status).toBe(201);
    expect(rows(json['warnings']).map(({ code, ref }) => [code, ref])).toEqual([['other_auth_type', 'acme']]);
  });

  it('R23 a mapping leads only to services that are available in the target', async () => {
    const [service, foreign] = [await p.service(p.source), await p.service(p.source, 'Foreign')];
    await p.connector(p.source, foreign.id, [p.target]);
    const body = { bundle: bundle([named(service)], [http('acme')]) };
    for (const id of [foreign.id, service.id, `svc_${'0'.repeat(26)}`]) {
      const { status, error } = await imports({ ...body, mapping: { acme: id } });
      expect([status, error.code]).toEqual([422, 'invalid_mapping']);
    }
    const unknown = await imports({ ...body, mapping: { nothing: service.id } });
    expect([unknown.status, unknown.error.details[0]?.path]).toEqual([422, 'body.mapping.nothing']);
  });

  it('R23 a dry run shows all of it, and changes nothing', async () => {
    const [missing, only, wide] = [
      await p.service(p.source, 'Acme'),
      await p.service(p.source, 'Beta'),
      await p.service(p.organization, 'Gamma'),
    ];
    const body = {
      bundle: bundle(
        [named(missing), named(only, 'beta'), named(wide, 'gamma')],
        [byConnector('acme'), http('beta'), byConnector('gamma')],
        { connectors: [{ ref: 'orders', name: 'Orders', service: 'gamma' }] },
      ),
    };
    const before = p.stored();
    const { status, json } = await checks(body);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      status: 'services_missing',
      services: [
        { ref: 'acme', serviceId: null, by: null },
        { ref: 'beta', serviceId: null, by: null },
        { ref: 'gamma', serviceId: wide.id, by: 'id' },
      ],
      connectors: [{ ref: 'orders', connectorId: null }],
      missing: [{ ref: 'acme', usedBy: { connectors: 0, connectorSteps: 1, otherSteps: 0 } }],
      needsMapping: [{ ref: 'beta', available: [{ id: wide.id }] }],
      warnings: [{ code: 'connector_not_shared', ref: 'orders' }],
    });
    const ready = await checks({ bundle: bundle([named(wide)], [byConnector('acme')]) });
    expect([ready.status, ready.json['status']]).toEqual([200, 'ready']);
    expect(p.stored()).toBe(before);
    expect(await imported()).toEqual([]);
  });
});

describe('a reference', () => {
  it('means the service of its id, though another is called the same', async () => {
    const service = await p.service(p.organization);
    await p.service(p.target);
    const { json } = await imports({ bundle: bundle([named(service)], [byConnector('acme')]) });
    expect(rows(json['services'])[0]).toMatchObject({ serviceId: service.id, by: 'id' });
  });

  it('from another deployment means the service of the same entry of the catalogue', async () => {
    const input = FromCatalogue.parse({ entry: 'gitlab', clientId: 'id', clientSecret: 'secret' });
    const { organizationId } = p.w;
    const made = await createFromCatalogue(p.w.deps, { organizationId, workspaceId: p.organization, input });
    const service = { ref: 'git', name: 'Our GitLab', type: 'oauth2', catalogueEntry: 'gitlab' };
    const { json } = await imports({ bundle: bundle([service], [byConnector('git')]) });
    expect(rows(json['services'])[0]).toMatchObject({ serviceId: made.id, by: 'catalogue' });
  });

  it('from another deployment means the service of the same name, type and hosts, all three', async () => {
    const made = await p.service(p.target, 'Acme', { hosts: ['files.acme.example'] });
    const like = {
      ref: 'acme',
      name: 'ACME',
      type: 'token',
      hosts: ['files.acme.example', 'api.acme.example'],
    };
    const { status, json } = await imports({ bundle: bundle([like], [byConnector('acme')]) });
    expect([status, rows(json['services'])[0]]).toEqual([
      201,
      { ref: 'acme', name: 'ACME', serviceId: made.id, by: 'likeness' },
    ]);
    for (const other of [
      { name: 'Acme 2' },
      { type: 'oauth2' },
      { hosts: ['api.acme.example'] },
      { hosts: undefined },
    ])
      expect(
        (await imports({ bundle: bundle([{ ...like, ...other }], [byConnector('acme')]) })).error.code,
      ).toBe('services_missing');
  });

  it.each(['embedded', 'legacy'] as const)(
    'R22 from another deployment means the %s service that is alike, where only HTTP-client steps use it: it is not shared',
    async (source) => {
      const { organizationId, deps } = p.w;
      const document = tokenDocument({ name: 'Acme', baseUrl: 'https://api.acme.example' });
      const service =
        source === 'legacy'
          ? await legacyService(p.w, { service: document })
          : await p.service(
              (await createWorkspace(deps, { organizationId, name: 'Embedded', kind: 'embedded' })).id,
            );
      const like = { ref: 'acme', name: 'Acme', type: 'token', hosts: ['api.acme.example'] };
      const used = await checks({ bundle: bundle([like], [http('acme')]) });
      expect(used.json['services']).toMatchObject([{ serviceId: service.id, by: 'likeness' }]);
      const through = await checks({ bundle: bundle([like], [byConnector('acme')]) });
      expect(through.json['status']).toBe('services_missing');
      const own = await p.service(p.target);
      const again = await checks({ bundle: bundle([like], [http('acme')]) });
      expect(again.json['services']).toMatchObject([{ serviceId: own.id }]);
    },
  );

  it('that fits several services means none of them', async () => {
    await p.service(p.target);
    await p.service(p.organization);
    const like = { ref: 'acme', name: 'Acme', type: 'token', hosts: ['api.acme.example'] };
    expect((await checks({ bundle: bundle([like], [http('acme')]) })).json['status']).toBe('needs_mapping');
  });

  it('of another organization means nothing, the same as one that does not exist', async () => {
    const other = await parties();
    const service = await other.service(other.organization, 'Planted');
    provide(p.w.deps);
    const told = async (id: string) => {
      const { json } = await checks({ bundle: bundle([{ ...named(service), id }], [byConnector('acme')]) });
      return { ...json, requestId: '' };
    };
    expect(await told(service.id)).toEqual(await told(`svc_${'0'.repeat(26)}`));
  });
});

describe('an import', () => {
  it('is read back with what stands for what, and keeps neither steps nor what the platform wrote', async () => {
    const service = await p.service(p.source);
    const connector = await p.connector(p.source, service.id, [p.target]);
    const done = await imports({
      bundle: bundle(
        [named(service)],
        [{ kind: 'connector', connector: 'orders', content: { note: 'private words' } }],
        {
          name: 'Orders to CRM',
          content: { flow: ['private words'] },
          connectors: [{ ref: 'orders', id: connector, name: 'Orders', service: 'acme' }],
        },
      ),
    });
    expect(done.json).toMatchObject({
      status: 'imported',
      connectors: [{ ref: 'orders', connectorId: connector }],
      steps: [{ serviceId: service.id, connectorId: connector }],
      warnings: [],
    });
    const as = await keyOf(p.w, 'viewer', p.target);
    const read = await p.send(['GET', p.target, `imports/${String(done.json['id'])}`], undefined, { as });
    expect(read.json).toEqual({
      id: done.json['id'],
      name: 'Orders to CRM',
      digest: expect.stringMatching(/^[\da-f]{64}$/),
      services: [{ ref: 'acme', name: 'Acme', serviceId: service.id, by: 'id' }],
      connectors: [{ ref: 'orders', name: 'Orders', connectorId: connector }],
      steps: 1,
      importedBy: expect.stringMatching(/^key_/),
      importedAt: '2026-03-02T09:00:00.000Z',
    });
    expect(p.stored()).not.toContain('private words');
  });

  it('is one of its workspace alone: another answers 404', async () => {
    const service = await p.service(p.organization);
    const { json } = await imports({ bundle: bundle([named(service)], [byConnector('acme')]) });
    const { status, error } = await p.send(['GET', p.source, `imports/${String(json['id'])}`]);
    expect([status, error.code]).toEqual([404, 'import_not_found']);
  });

  it('takes a contributor of the target: a viewer is refused, and a stranger knows of no workspace', async () => {
    const service = await p.service(p.organization);
    const body = { bundle: bundle([named(service)], [byConnector('acme')]) };
    expect((await imports(body, await keyOf(p.w, 'viewer', p.target))).status).toBe(403);
    expect((await imports(body, await keyOf(p.w, 'admin', p.source))).status).toBe(404);
    expect((await imports(body, await keyOf(p.w, 'contributor', p.target))).status).toBe(201);
  });

  it('that is repeated with the same Idempotency-Key happens once', async () => {
    const service = await p.service(p.organization);
    const body = { bundle: bundle([named(service)], [byConnector('acme')]) };
    const headers = { 'idempotency-key': 'one' };
    const first = await p.send(['POST', p.target, 'imports'], body, { headers });
    const again = await p.send(['POST', p.target, 'imports'], body, { headers });
    expect([first.status, again.status, again.json['id']]).toEqual([201, 201, first.json['id']]);
    expect(await imported()).toHaveLength(1);
  });

  it('of the largest bundle there is has an answer that fits into an item of the table, to be given again', async () => {
    const service = await p.service(p.organization);
    const name = '字'.repeat(200);
    const many = <T>(count: number, of: (index: number) => T) =>
      Array.from({ length: count }, (_, at) => of(at));
    const ref = (index: number) => `${'r'.repeat(60)}-${index}`;
    const body = {
      bundle: {
        format: 'latchkey.bundle',
        version: 1,
        // No id is here twice: the others are found by nothing but a mapping.
        services: many(100, (at) => ({ ref: ref(at), name: `${name.slice(3)}${at + 100}`, type: 'oauth2' })),
        steps: many(1000, (at) => ({ kind: 'graphql_client', service: ref(at % 100) })),
      },
      mapping: Object.fromEntries(many(100, (at) => [ref(at), service.id])),
    };
    const headers = { 'idempotency-key': 'largest' };
    const { status, json } = await p.send(['POST', p.target, 'imports'], body, { headers });
    expect([status, rows(json['steps']).length, rows(json['warnings']).length]).toEqual([201, 1000, 100]);
    const kept = p.stored().match(/"sealedAnswer":"([^"]+)"/g) ?? [];
    expect(kept.length).toBeGreaterThan(0);
    for (const text of kept) expect(text.length).toBeLessThan(330_000);
  });

  it('that the store does not take is none: nothing is half done', async () => {
    const service = await p.service(p.organization);
    const body = { bundle: bundle([named(service)], [byConnector('acme')]) };
    const before = p.stored();
    provide({ ...p.w.deps, store: { ...p.w.deps.store, insert: () => Promise.reject(new Error('down')) } });
    expect((await imports(body)).status).toBe(500);
    provide(p.w.deps);
    expect(p.stored()).toBe(before);
  });
});
