import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { documentFrom, needsOf } from '#shared/catalogue/document.ts';
import { catalogueEntries } from '#shared/catalogue/entries.ts';
import { exportDefinitions } from '#shared/domain/definitions/export.ts';
import { importDefinitions } from '#shared/domain/definitions/import.ts';
import { ImportRequest } from '#shared/domain/definitions/import-request.ts';
import { updateOrganization } from '#shared/domain/organization/policy.ts';
import { createService } from '#shared/domain/services/create.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { secretsIn } from '#shared/domain/services/secrets.ts';
import { services, servicesOf } from '#shared/domain/services/service.ts';
import { world, type World } from '../../../support/deps.ts';
import { umbrella } from '../../../support/nouns.ts';
import { documents, kindsOfAuth } from './documents.ts';

/** A deployment with umbrellas of the same names as every other, under ids of its own. */
const deployment = async (seed: number) => {
  const w = await world(seed);
  await updateOrganization(w.deps, {
    organizationId: w.organizationId,
    edit: { discouragedTypes: 'allowed' },
    ifMatch: undefined,
  });
  const [one, two] = [await umbrella(w, { name: 'Für eins' }), await umbrella(w, { name: 'Two' })];
  return { ...w, umbrellas: { one: one.id, two: two.id } };
};
type Deployment = Awaited<ReturnType<typeof deployment>>;

const where = ({ organizationId, workspaceId }: World) => ({ organizationId, workspaceId });

interface Drawn {
  readonly umbrella?: 'one' | 'two' | undefined;
  readonly environments?: Readonly<Record<string, Drawn>>;
}

/** Puts the ids of a deployment in the place of the numbers of its umbrellas. */
const underUmbrellas = ({ umbrella: number, environments = {}, ...rest }: Drawn, w: Deployment): object => ({
  ...rest,
  umbrellaId: number && w.umbrellas[number],
  environments: Object.fromEntries(
    Object.entries(environments).map(([name, { umbrella: own, ...one }]) => [
      name,
      { ...one, umbrellaId: own && w.umbrellas[own] },
    ]),
  ),
});

const define = (w: World, document: unknown) =>
  createService(w.deps, { ...where(w), input: ServiceInput.parse(JSON.parse(JSON.stringify(document))) });

/** Over the wire and into another deployment, every placeholder filled with its own path. */
const carry = async (exported: Awaited<ReturnType<typeof exportDefinitions>>, to: World) => {
  const values = Object.fromEntries(exported.toFillIn.map(({ path }) => [path, `value of ${path}`]));
  const sent = JSON.parse(JSON.stringify({ ...exported, values })) as object;
  return importDefinitions(to.deps, { ...where(to), request: ImportRequest.parse(sent) });
};

const stored = async (w: World) =>
  (await w.deps.store.list(services, { ...servicesOf(w.organizationId, w.workspaceId), limit: 100 })).items;

describe('a definition that is exported, imported elsewhere and exported again', () => {
  it.each(kindsOfAuth)(
    'is the same byte for byte, holds no secret, and works with the same settings: %s',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(fc.array(documents(kind), { minLength: 1, maxLength: 3 }), async (drawn) => {
          const [here, there, third] = await Promise.all([deployment(1), deployment(2), deployment(3)]);
          for (const document of drawn) await define(here, underUmbrellas(document, here));
          const first = await exportDefinitions(here.deps, where(here));
          expect(JSON.stringify(first)).not.toContain('planted');
          expect(JSON.stringify(first)).not.toMatch(/(svc|ws|umb|org)_[0-9a-z]{26}/);
          const report = await carry(first, there);
          expect(report.services.map(({ act, error }) => [act, error])).toEqual(
            drawn.map(() => ['create', null]),
          );
          const second = await exportDefinitions(there.deps, where(there));
          expect(JSON.stringify(second)).toBe(JSON.stringify(first));
          await carry(second, third);
          expect(JSON.stringify(await exportDefinitions(third.deps, where(third)))).toBe(
            JSON.stringify(first),
          );
          const plain = (w: Deployment, items: Awaited<ReturnType<typeof stored>>) =>
            JSON.parse(
              JSON.stringify(items.map(({ definition }) => definition))
                .replaceAll(w.umbrellas.one, 'umbrella one')
                .replaceAll(w.umbrellas.two, 'umbrella two'),
            ) as object[];
          expect(plain(there, await stored(there))).toEqual(
            expect.arrayContaining(plain(here, await stored(here))),
          );
        }),
        { numRuns: 12, seed: 7 },
      );
    },
    60_000,
  );

  it('is the same for every definition of the catalogue, and stays built in', async () => {
    const [here, there] = [await deployment(1), await deployment(2)];
    const given = {
      clientId: 'our-id',
      clientSecret: 'planted-secret',
      privateKey: 'planted-key',
      consumerKey: 'our-key',
      consumerSecret: 'planted-consumer',
      acknowledgeRisk: true,
    };
    for (const entry of catalogueEntries()) {
      const needed = Object.fromEntries(
        needsOf(entry).map((need) => [need, given[need as keyof typeof given]]),
      );
      const input = ServiceInput.parse(documentFrom(entry, needed));
      await createService(here.deps, { ...where(here), input, catalogueEntry: entry.name });
    }
    const first = await exportDefinitions(here.deps, where(here));
    expect(first.document.services.length).toBe(catalogueEntries().length);
    expect(JSON.stringify(first)).not.toContain('planted');
    await carry(first, there);
    expect(JSON.stringify(await exportDefinitions(there.deps, where(there)))).toBe(JSON.stringify(first));
    expect((await stored(there)).map(({ catalogueEntry }) => catalogueEntry).sort()).toEqual(
      catalogueEntries()
        .map(({ name }) => name)
        .sort(),
    );
  }, 60_000);

  it('has each secret where it was filled in, and in no other environment', async () => {
    const [here, there] = [await deployment(1), await deployment(2)];
    await define(here, {
      name: 'Acme',
      baseUrl: 'https://api.acme.example',
      auth: {
        type: 'oauth2',
        grant: 'client_credentials',
        tokenUrl: 'https://acme.example/token',
        clientId: 'id',
        clientSecret: 'planted-one',
      },
      secrets: { partner: 'planted-two' },
      environments: { sandbox: { auth: { clientId: 'other', clientSecret: 'planted-three' } } },
    });
    const exported = await exportDefinitions(here.deps, where(here));
    expect(exported.toFillIn.map(({ path }) => path)).toEqual([
      'services.0.definition.auth.clientSecret',
      'services.0.definition.secrets.partner',
      'services.0.definition.environments.sandbox.auth.clientSecret',
    ]);
    await carry(exported, there);
    const [service] = await stored(there);
    const revealed = async (environment: string) =>
      Object.fromEntries(
        Object.entries(await secretsIn(there.deps, service!, environment)).map(([name, value]) => [
          name,
          value.reveal(),
        ]),
      );
    expect(await revealed('production')).toEqual({
      clientSecret: 'value of services.0.definition.auth.clientSecret',
      'secrets.partner': 'value of services.0.definition.secrets.partner',
    });
    expect((await revealed('sandbox'))['clientSecret']).toBe(
      'value of services.0.definition.environments.sandbox.auth.clientSecret',
    );
  });
});
