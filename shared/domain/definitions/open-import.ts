import * as z from 'zod';
import { createHash } from 'node:crypto';
import { newId, OrganizationId, ServiceId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { editedMeanwhile } from '../versions.ts';
import { Ref } from './document.ts';
import type { ImportRequest } from './import-request.ts';

const day = 86_400_000;

const OpenImport = z.object({
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  /** SHA-256 of what was asked, secrets included. */
  digest: z.string(),
  /** The services that its definitions become, by ref, made or not. */
  serviceIds: z.record(Ref, ServiceId),
  createdAt: Instant,
  revision: z.int(),
});
export type OpenImport = z.infer<typeof OpenImport>;

const keyOf = ({ organizationId, workspaceId, digest }: OpenImport): Key => ({
  partition: `ORG#${organizationId}#WS#${workspaceId}`,
  sort: `DEFINITIONS#${digest}`,
});

/** The imports of definitions that were begun and have not come to their end: the same request again goes on with it (ADR 0036). */
const openImports: Collection<OpenImport> = {
  name: 'definitions_import',
  schema: OpenImport,
  // Whoever finds it goes on, and whoever does not begins anew: both are right, so nobody looks at the time.
  place: (item) => ({ key: keyOf(item), expiresAt: item.createdAt + day }),
};

const digestOf = ({ document, values, umbrellas, clashes, replace }: ImportRequest): string => {
  const revealed = Object.entries(values).map(([path, value]) => [path, value?.reveal()]);
  const asked = JSON.stringify([document, revealed, umbrellas, clashes, replace]);
  return createHash('sha256').update(asked).digest('base64url');
};

interface OfRequest {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly request: ImportRequest;
}

/** The import that this request has begun, or a new one of which nothing is written: each definition gets the id of its service. */
export const findOpenImport = async (
  deps: Deps,
  { organizationId, workspaceId, request }: OfRequest,
): Promise<OpenImport> => {
  const fresh: OpenImport = {
    organizationId,
    workspaceId,
    digest: digestOf(request),
    serviceIds: Object.fromEntries(request.document.services.map(({ ref }) => [ref, newId('service', deps)])),
    createdAt: deps.clock.now(),
    revision: 0,
  };
  return (await deps.store.get(openImports, keyOf(fresh))) ?? fresh;
};

/** Writes down that the import has begun, before anything is made. Of two at once, both go on with the same. */
export const beginImport = async ({ store }: Pick<Deps, 'store'>, item: OpenImport): Promise<OpenImport> => {
  if (item.revision > 0) return item;
  const begun = (await store.insert(openImports, item)) ?? (await store.get(openImports, keyOf(item)));
  // The other one has come to its end since.
  if (!begun) throw editedMeanwhile();
  return begun;
};

/** The import has come to its end: the same request again is another. */
export const endImport = async ({ store }: Pick<Deps, 'store'>, item: OpenImport): Promise<void> => {
  await store.remove(openImports, item);
};
