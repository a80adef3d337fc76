import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keyOf } from '../../support/parties.ts';
import {
  endStage,
  p,
  named,
  http,
  byConnector,
  bundle,
  imports,
  imported,
  rows,
  setStage,
} from './bundles.ts';

beforeEach(setStage);
afterEach(endStage);

const graphql = (service: string) => ({ kind: 'graphql_client', service });

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
});
