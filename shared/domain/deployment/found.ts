import * as z from 'zod';
import { newId, newToken, OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import type { Secret } from '../../secret.ts';
import { hashToken, keys, keyText } from '../keys/key.ts';
import { organizations } from '../workspaces/organization.ts';
import { newVersion } from '../vault-version.ts';
import { workspaces } from '../workspaces/workspace.ts';

/** Which organization a deployment began with. */
const Deployment = z.object({
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  /** Whether the vault keeps the first key. */
  keyed: z.boolean(),
  revision: z.int(),
});
type Deployment = z.infer<typeof Deployment>;

const deploymentKey: Key = { partition: 'DEPLOYMENT', sort: 'DEPLOYMENT' };

const deployments: Collection<Deployment> = {
  name: 'deployment',
  schema: Deployment,
  place: () => ({ key: deploymentKey }),
};

const reserve = async (deps: Deps): Promise<Deployment> => {
  const fresh = {
    organizationId: newId('organization', deps),
    workspaceId: newId('workspace', deps),
    keyed: false,
    revision: 0,
  };
  const made = await deps.store.insert(deployments, fresh);
  const found = made ?? (await deps.store.get(deployments, deploymentKey));
  if (!found) throw new Error('The record of the deployment can be neither written nor read.');
  return found;
};

/** Makes sure that the first organization and its workspace exist. A crash in between is made up for by the next call. */
export const foundOrganization = async (
  deps: Deps,
): Promise<{ organizationId: string; workspaceId: string }> => {
  const { organizationId, workspaceId } = await reserve(deps);
  const createdAt = deps.clock.now();
  await deps.store.insert(organizations, {
    id: organizationId,
    organizationWorkspaceId: workspaceId,
    discouragedTypes: 'allowed' as const,
    version: 1,
    revision: 0,
  });
  await deps.store.insert(workspaces, {
    id: workspaceId,
    organizationId,
    name: 'Organization',
    kind: 'organization' as const,
    version: 1,
    createdAt,
    revision: 0,
  });
  return { organizationId, workspaceId };
};

/** Whether the deployment began with this organization; it goes with the deployment alone. */
export const isFirst = async ({ store }: Pick<Deps, 'store'>, organizationId: string): Promise<boolean> =>
  (await store.get(deployments, deploymentKey))?.organizationId === organizationId;

/** Makes a server key of the organization's owner, the one to begin with. */
export const firstKey = async (deps: Deps, organizationId: string): Promise<Secret> => {
  const id = newId('key', deps);
  const token = newToken(deps.random);
  const createdAt = deps.clock.now();
  const key = {
    id,
    organizationId,
    name: 'First key',
    role: 'owner' as const,
    hash: hashToken(token),
    createdAt,
  };
  await deps.store.insert(keys, { ...key, revision: 0 });
  return keyText(organizationId, id, token);
};

/** Founds the organization of a deployment and keeps its first key in the vault, once. Answers how many keys it made. */
export const foundWithKey = async (deps: Deps): Promise<number> => {
  const { organizationId } = await foundOrganization(deps);
  const deployment = await deps.store.get(deployments, deploymentKey);
  if (!deployment || deployment.keyed) return 0;
  const ref = { kind: 'key' as const, organizationId, id: 'first' };
  await deps.vault.put(ref, newVersion(deps.random), await firstKey(deps, organizationId));
  await deps.store.replace(deployments, { ...deployment, keyed: true });
  return 1;
};
