import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createWorkspace } from '#shared/domain/workspaces/create.ts';
import { legacyService, oauth2Service } from '../../support/nouns.ts';
import {
  endStage,
  p,
  named,
  http,
  byConnector,
  bundle,
  imports,
  checks,
  imported,
  rows,
  setStage,
} from './bundles.ts';

beforeEach(setStage);
afterEach(endStage);

describe('the import of a bundle', () => {
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
