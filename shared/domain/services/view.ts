import * as z from 'zod';
import { ServiceId, WorkspaceId } from '../../ids.ts';
import { secretsOfType } from '../../protocols/definition.ts';
import { iso, isoOrNull, Time } from '../inputs.ts';
import { production } from './definition.ts';
import { kindOf, type Service } from './service.ts';
import { legacyOf } from './legacy.ts';
import { warningsOf } from './warnings.ts';

/** The age at which auths are believed to end, for as many had. */
const SuspectedLifetime = z.object({ seconds: z.int(), since: Time, ends: z.int() });

const SecretStatus = z.object({ set: z.boolean(), updatedAt: Time.nullable() });

export const ServiceView = z.looseObject({
  id: ServiceId,
  workspaceId: WorkspaceId,
  kind: z.enum(['built_in', 'custom']),
  /** `legacy`: it came from the older system, is read-only and can be moved (R14, R15). */
  origin: z.enum(['legacy']).nullable(),
  legacy: z.object({ id: z.string(), message: z.string().nullable(), sunsetAt: Time.nullable() }).nullable(),
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

/** What was learned of the auths of one environment; null while nothing is. */
const suspectedIn = ({ suspectedLifetimes }: Service, environment: string) => {
  const mark = suspectedLifetimes?.[environment];
  return mark ? { ...mark, since: iso(mark.since) } : null;
};

/** Once it was moved only its old id is left. */
const shownLegacy = ({ legacy }: Service) =>
  legacy ? { id: legacy.id, message: legacy.message ?? null, sunsetAt: legacy.sunsetAt ?? null } : null;

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
    origin: item.origin ?? null,
    legacy: shownLegacy(item),
    catalogueEntry: item.catalogueEntry ?? null,
    version: item.version,
    auth: { ...auth, ...authSecrets(auth.type, since(production)) },
    secrets: ownSecrets(since(production)),
    environments: Object.fromEntries(others),
    suspectedLifetime: suspectedIn(item, production),
    warnings: warningsOf(item.definition, legacyOf(item)),
    createdAt: iso(item.createdAt),
    updatedAt: iso(item.updatedAt),
  };
};
