import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { keyOf } from '../../support/parties.ts';
import { endStage, p, named, byConnector, bundle, imports, imported, rows, setStage } from './bundles.ts';

beforeEach(setStage);
afterEach(endStage);

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
