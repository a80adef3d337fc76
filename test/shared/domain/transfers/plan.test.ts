import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createConnector } from '#shared/domain/connectors/create.ts';
import { Bundle } from '#shared/domain/transfers/bundle.ts';
import { planImport } from '#shared/domain/transfers/plan.ts';
import { createWorkspace } from '#shared/domain/workspaces/create.ts';
import { world } from '../../../support/deps.ts';
import { actor, tokenService } from '../../../support/nouns.ts';

const places = ['source', 'target', 'organization', 'elsewhere'] as const;
type Place = (typeof places)[number];

const kinds = ['connector', 'http_client', 'graphql_client'] as const;

/** An organization at random: where services are at home, which connectors use them, and what a bundle does with them. */
const organization = fc.record({
  homes: fc.array(fc.constantFrom<Place>(...places), { minLength: 1, maxLength: 4 }),
  connectors: fc.array(
    fc.record({
      service: fc.nat(3),
      sharedWith: fc.oneof(
        fc.constant('organization' as const),
        fc.uniqueArray(fc.constantFrom<Place>(...places), { maxLength: 2 }),
      ),
    }),
    { maxLength: 4 },
  ),
  bundled: fc.array(fc.nat(3), { maxLength: 2 }),
  steps: fc.array(fc.record({ kind: fc.constantFrom(...kinds), service: fc.nat(3) }), { maxLength: 6 }),
});
type Case = typeof organization extends fc.Arbitrary<infer T> ? T : never;

/** R18 to R22 in plain words: what becomes of the service at an index. */
const expected = ({ homes, connectors, bundled, steps }: Case, index: number): string => {
  const home = homes[index];
  if (home === 'organization' || home === 'target') return 'there';
  const isShared = connectors.some(
    ({ service, sharedWith }) =>
      service === index && (sharedWith === 'organization' || sharedWith.includes('target')),
  );
  if (isShared) return 'there';
  const used = steps.filter(({ service }) => service === index);
  const byConnector = bundled.includes(index) || used.some(({ kind }) => kind === 'connector');
  return used.length > 0 && !byConnector ? 'to be mapped' : 'missing';
};

/** Only what the organization has. */
const within = ({ homes, ...rest }: Case): Case => ({
  homes,
  connectors: rest.connectors.filter(({ service }) => service < homes.length),
  bundled: rest.bundled.filter((service) => service < homes.length),
  steps: rest.steps.filter(({ service }) => service < homes.length),
});

const built = async ({ homes, connectors }: Case) => {
  const { deps, organizationId, workspaceId: wide } = await world();
  const make = (name: string) => createWorkspace(deps, { organizationId, name, kind: 'shared' });
  const ids: Record<Place, string> = {
    organization: wide,
    source: (await make('Source')).id,
    target: (await make('Target')).id,
    elsewhere: (await make('Elsewhere')).id,
  };
  const services = [];
  for (const [index, home] of homes.entries())
    services.push(
      await tokenService({ deps, organizationId, workspaceId: ids[home] }, { name: `Service ${index}` }),
    );
  for (const { service, sharedWith } of connectors) {
    const shared = sharedWith === 'organization' ? sharedWith : sharedWith.map((place) => ids[place]);
    await createConnector(deps, {
      by: actor({ organizationId }),
      workspaceId: services[service]?.workspaceId ?? '',
      input: { name: 'C', serviceId: services[service]?.id ?? '', sharedWith: shared },
    });
  }
  return { deps, organizationId, workspaceId: ids.target, services };
};

describe('the plan of an import', () => {
  it('R18–R22 says of each service what the rules say, whatever is shared with whom and used by what', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(organization, async (random) => {
        const one = within(random);
        const { deps, organizationId, workspaceId, services } = await built(one);
        const bundle = Bundle.parse({
          format: 'latchkey.bundle',
          version: 1,
          services: services.map(({ id }, index) => ({
            ref: `s${index}`,
            id,
            name: `Service ${index}`,
            type: 'token',
          })),
          connectors: one.bundled.map((service, index) => ({
            ref: `c${index}`,
            name: `C${index}`,
            service: `s${service}`,
          })),
          steps: one.steps.map(({ kind, service }) => ({ kind, service: `s${service}` })),
        });
        const { view } = await planImport(deps, {
          organizationId,
          workspaceId,
          input: { bundle, mapping: {} },
        });
        const became = view.services.map(({ ref, serviceId }) => {
          if (serviceId !== null) return 'there';
          return view.missing.some((row) => row.ref === ref) ? 'missing' : 'to be mapped';
        });
        const wanted = one.homes.map((_, index) => expected(one, index));
        expect(became).toEqual(wanted);
        expect(view.services.map(({ serviceId }) => serviceId)).toEqual(
          services.map(({ id }, index) => (wanted[index] === 'there' ? id : null)),
        );
        const status = wanted.includes('missing')
          ? 'services_missing'
          : wanted.includes('to be mapped')
            ? 'needs_mapping'
            : 'ready';
        expect(view.status).toBe(status);
        seen.add(status);
      }),
      { numRuns: 300, seed: 7 },
    );
    expect([...seen].sort()).toEqual(['needs_mapping', 'ready', 'services_missing']);
  });
});
