import * as z from 'zod';
import { ServiceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { inOrder } from '../fields.ts';
import { Time, type PageQuery } from '../inputs.ts';
import { cursorOf, foreignCursor, placeOf } from '../paging.ts';
import { organizationOf } from '../workspaces/organization.ts';
import { environmentsOf } from './environment.ts';
import { legacyOf } from './legacy.ts';
import { kindOf, services, servicesFrom, servicesOf, type Service } from './service.ts';
import { isOver } from './sunset.ts';

/** Where a service that is available in a workspace comes from, in the order in which they are listed. */
const sources = ['own', 'organization', 'embedded', 'legacy'] as const;
type Source = (typeof sources)[number];

const AvailableField = z.object({
  key: z.string(),
  title: z.string().nullable(),
  help: z.string().nullable(),
  pattern: z.string().nullable(),
  prefix: z.string().nullable(),
  suffix: z.string().nullable(),
  default: z.string().nullable(),
  options: z.array(z.object({ value: z.string(), label: z.string().nullable() })).nullable(),
  required: z.boolean(),
  secret: z.boolean(),
});

/** A service as those see it who may make auths with it: what they need for that, and nothing of its definition (R12). */
export const AvailableService = z.object({
  id: ServiceId,
  name: z.string(),
  icon: z.string().nullable(),
  kind: z.enum(['built_in', 'custom']),
  /** The way to authenticate, and whether a person has to consent, by a connect session. */
  type: z.string(),
  needsConsent: z.boolean(),
  documentationUrl: z.string().nullable(),
  /** What is to be filled in, in the order in which the form shows it. */
  fields: z.array(AvailableField),
  environments: z.array(z.string()),
  from: z.enum(sources),
  /** That it is to go, and when: of legacy services alone (R17). */
  deprecation: z.object({ message: z.string().nullable(), sunsetAt: Time.nullable() }).nullable(),
});
type AvailableService = z.infer<typeof AvailableService>;

const showField = (field: Service['definition']['fields'][number]): AvailableService['fields'][number] => ({
  key: field.key,
  title: field.title ?? null,
  help: field.help ?? null,
  pattern: field.pattern ?? null,
  prefix: field.prefix ?? null,
  suffix: field.suffix ?? null,
  default: field.default ?? null,
  options: field.options?.map(({ value, label }) => ({ value, label: label ?? null })) ?? null,
  required: field.required,
  secret: field.secret,
});

/** Member by member: what a definition is given later is not shown by itself. */
const show = (item: Service, from: Source): AvailableService => {
  const { name, icon, auth, documentationUrl, fields } = item.definition;
  const legacy = legacyOf(item);
  return {
    id: item.id,
    name,
    icon: icon ?? null,
    kind: kindOf(item),
    type: auth.type,
    needsConsent: protocolOf(auth).consent !== undefined,
    documentationUrl: documentationUrl ?? null,
    fields: inOrder(fields).map(showField),
    environments: [...environmentsOf(item.definition)],
    from,
    deprecation: legacy ? { message: legacy.message ?? null, sunsetAt: legacy.sunsetAt ?? null } : null,
  };
};

interface InWorkspace {
  readonly organizationId: string;
  readonly workspaceId: string;
}

const listOf = async (deps: Deps, { organizationId, workspaceId }: InWorkspace, source: Source) => {
  if (source === 'own') return servicesOf(organizationId, workspaceId);
  if (source !== 'organization') return servicesFrom(organizationId, source);
  const { organizationWorkspaceId } = await organizationOf(deps, organizationId);
  return servicesOf(organizationId, organizationWorkspaceId);
};

/** Each is listed once: what is a workspace's own as its own, but for a legacy one. */
const belongs = (item: Service, source: Source, { workspaceId }: InWorkspace): boolean =>
  source === 'legacy' ||
  (legacyOf(item) === undefined && (item.workspaceId === workspaceId) === (source === 'own'));

/** Where to go on: in which source, after which place therein. */
interface Place {
  readonly source: Source;
  readonly after?: string | undefined;
}

interface Slice {
  readonly items: readonly AvailableService[];
  readonly next?: Place | undefined;
}

const sourceAfter = (source: Source): Source | undefined => sources[sources.indexOf(source) + 1];

/** A part of one source, at most so many; fewer, or none, where some do not belong. */
const slice = async (
  deps: Deps,
  where: InWorkspace,
  { source, after, limit }: Place & { readonly limit: number },
): Promise<Slice> => {
  const list = await listOf(deps, where, source);
  const page = await deps.store.list(services, { ...list, after, limit });
  const items = page.items
    .filter((item) => belongs(item, source, where) && !isOver(deps, item))
    .map((item) => show(item, source));
  const following = page.next === undefined ? sourceAfter(source) : source;
  return { items, next: following && { source: following, after: page.next } };
};

const list = 'available service';

const placeIn = (query: PageQuery): Place => {
  const place = placeOf(list, query);
  if (place === undefined) return { source: sources[0] };
  const [name, ...after] = place.split('\n');
  const source = sources.find((one) => one === name);
  if (!source) throw foreignCursor();
  return { source, after: after.join('\n') || undefined };
};

/** One call reads so many parts at the most; a page may then be short, or empty, and have a next one. */
const mostSlices = 50;

/**
 * The services that auths of a workspace may be made with: its own, those of the organization workspace and of the embedded one,
 * and the legacy ones, but for those that are over (R9, R10, R14, R17, R25). Available is not visible: their definitions are not
 * shown (R12).
 */
export const listAvailableServices = async (
  deps: Deps,
  { query, ...where }: InWorkspace & { readonly query: PageQuery },
): Promise<{ items: AvailableService[]; nextCursor: string | null }> => {
  const items: AvailableService[] = [];
  let next: Place | undefined = placeIn(query);
  for (let read = 0; next && read < mostSlices && items.length < query.limit; read += 1) {
    const found: Slice = await slice(deps, where, { ...next, limit: query.limit - items.length });
    items.push(...found.items);
    next = found.next;
  }
  return { items, nextCursor: cursorOf(list, next && `${next.source}\n${next.after ?? ''}`) };
};
