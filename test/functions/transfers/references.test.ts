import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { createFromCatalogue, FromCatalogue } from '#shared/domain/services/create-from-catalogue.ts';
import { createWorkspace } from '#shared/domain/workspaces/create.ts';
import { legacyService, tokenDocument } from '../../support/nouns.ts';
import { parties } from '../../support/parties.ts';
import { endStage, p, named, http, byConnector, bundle, imports, checks, rows, setStage } from './bundles.ts';

beforeEach(setStage);
afterEach(endStage);

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
