import * as z from 'zod';
import { OrganizationId, ServiceId, UmbrellaId } from '../../ids.ts';
import type { Collection, Deps } from '../../ports.ts';
import type { ServiceDefinition } from '../services/definition.ts';
import { definitionIn, environmentsOf } from '../services/environment.ts';

/** Says that an environment of a service runs, or once ran, under an umbrella. The definition decides whether it still does. */
const UmbrellaLink = z.object({
  organizationId: OrganizationId,
  umbrellaId: UmbrellaId,
  serviceId: ServiceId,
  environment: z.string(),
  revision: z.int(),
});
export type UmbrellaLink = z.infer<typeof UmbrellaLink>;

/** The services, each with an environment, that may run under an umbrella. */
export const linksUnder = (organizationId: string, umbrellaId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#UMB#${umbrellaId}`,
  prefix: 'SVC#',
});

export const umbrellaLinks: Collection<UmbrellaLink> = {
  name: 'umbrella_link',
  schema: UmbrellaLink,
  place: ({ organizationId, umbrellaId, serviceId, environment }) => ({
    key: {
      partition: linksUnder(organizationId, umbrellaId).partition,
      sort: `SVC#${serviceId}#${environment}`,
    },
  }),
};

interface LinkInput {
  readonly organizationId: string;
  readonly serviceId: string;
  readonly definition: ServiceDefinition;
}

/** Makes a service found under the umbrellas that its environments name; before the service is written, so that none is missed. */
export const linkUmbrellas = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, serviceId, definition }: LinkInput,
): Promise<void> => {
  for (const environment of environmentsOf(definition)) {
    const { umbrellaId } = definitionIn(definition, environment);
    if (umbrellaId === undefined) continue;
    await store.insert(umbrellaLinks, { organizationId, umbrellaId, serviceId, environment, revision: 0 });
  }
};
