import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { OrganizationId, ServiceId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { secretsOfType } from '../../protocols/definition.ts';
import { Instant, iso, isoOrNull, Time } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';
import { datesDue, ToldDates } from './dates.ts';
import { production, ServiceDefinition } from './definition.ts';
import { SecretsStatus } from './secrets.ts';
import { warningsOf } from './warnings.ts';

const Service = z.object({
  id: ServiceId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  definition: ServiceDefinition,
  /** The entry of the catalogue that it was made from. */
  catalogueEntry: z.string().optional(),
  /** By environment. */
  secrets: z.record(z.string(), SecretsStatus).default({}),
  /** Since when the provider refuses the OAuth application itself; absent while it does not. */
  clientRejectedAt: Instant.optional(),
  /** The age at which auths were seen to end, by environment, as long as nothing speaks against it. */
  suspectedLifetimes: z
    .record(z.string(), z.object({ seconds: z.int(), since: Instant, ends: z.int() }))
    .optional(),
  /** Which of its dates were told of, and how long before; no part of what readers see. */
  toldDates: ToldDates.optional(),
  /** Set when it is being deleted with its auths: it is gone for all but those who finish that. */
  removedAt: Instant.optional(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Service = z.infer<typeof Service>;

export const serviceKey = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}#SVC#${id}`,
  sort: 'SERVICE',
});

/** The services that are managed in a workspace. */
export const servicesOf = (organizationId: string, workspaceId: string) => ({
  index: 'listed' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#services`,
});

/** The service that stands at a key, read back from it. */
export const serviceIdAt = ({ partition }: Key): string => partition.slice(partition.indexOf('#SVC#') + 5);

/** The earlier of what waits in the outbox and of a date to be told of. */
const firstDue = (item: Service) =>
  [outboxDue(item), item.removedAt === undefined ? datesDue(item) : undefined]
    .filter((due) => due !== undefined)
    .toSorted((a, b) => a.at - b.at)[0];

export const services: Collection<Service> = {
  name: 'service',
  schema: Service,
  place: (item) => ({
    key: serviceKey(item.organizationId, item.id),
    listed:
      item.removedAt === undefined
        ? { partition: servicesOf(item.organizationId, item.workspaceId).partition, sort: item.id }
        : undefined,
    due: firstDue(item),
  }),
};

/** The age at which auths are believed to end, for as many had. */
const SuspectedLifetime = z.object({ seconds: z.int(), since: Time, ends: z.int() });

const SecretStatus = z.object({ set: z.boolean(), updatedAt: Time.nullable() });

export const ServiceView = z.looseObject({
  id: ServiceId,
  workspaceId: WorkspaceId,
  kind: z.enum(['built_in', 'custom']),
  version: z.int(),
  name: z.string(),
  baseUrl: z.string(),
  auth: z.looseObject({ type: z.string(), clientSecret: SecretStatus.optional() }),
  suspectedLifetime: SuspectedLifetime.nullable(),
  createdAt: Time,
  updatedAt: Time,
});

const statusOf = (since: number | undefined) => ({ set: since !== undefined, updatedAt: isoOrNull(since) });

type Since = Readonly<Record<string, number>>;

/** Most services have none of these. */
const shownWhenSet: readonly string[] = ['privateKey', 'nextClientSecret'];

/** The secrets that a type knows, each as set or not. */
const authSecrets = (type: string, since: Since) =>
  Object.fromEntries(
    (secretsOfType[type] ?? [])
      .filter((name) => !shownWhenSet.includes(name) || since[name] !== undefined)
      .map((name) => [name, statusOf(since[name])]),
  );

const ownSecrets = (since: Since) =>
  Object.fromEntries(
    Object.entries(since)
      .filter(([name]) => name.startsWith('secrets.'))
      .map(([name, at]) => [name.slice('secrets.'.length), statusOf(at)]),
  );

/** Whether a service was made of the catalogue (R30). */
export const kindOf = ({ catalogueEntry }: Pick<Service, 'catalogueEntry'>): 'built_in' | 'custom' =>
  catalogueEntry === undefined ? 'custom' : 'built_in';

/** What was learned of the auths of one environment; null while nothing is. */
const suspectedIn = ({ suspectedLifetimes }: Service, environment: string) => {
  const mark = suspectedLifetimes?.[environment];
  return mark ? { ...mark, since: iso(mark.since) } : null;
};

/** A service as its managers see it: the whole definition, its secrets only as set or not (R53). */
export const showService = (item: Service): z.infer<typeof ServiceView> => {
  const { auth, environments, ...document } = item.definition;
  const since = (environment: string): Since => item.secrets[environment]?.since ?? {};
  const others = Object.entries(environments).map(([name, { auth: override, ...rest }]) => {
    const own = { ...override, ...authSecrets(auth.type, since(name)) };
    const suspectedLifetime = suspectedIn(item, name);
    return [name, { ...rest, auth: own, secrets: ownSecrets(since(name)), suspectedLifetime }];
  });
  return {
    ...document,
    id: item.id,
    workspaceId: item.workspaceId,
    kind: kindOf(item),
    catalogueEntry: item.catalogueEntry ?? null,
    version: item.version,
    auth: { ...auth, ...authSecrets(auth.type, since(production)) },
    secrets: ownSecrets(since(production)),
    environments: Object.fromEntries(others),
    suspectedLifetime: suspectedIn(item, production),
    warnings: warningsOf(item.definition),
    createdAt: iso(item.createdAt),
    updatedAt: iso(item.updatedAt),
  };
};
