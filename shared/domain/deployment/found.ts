import * as z from 'zod';
import { newId, newToken, OrganizationId, timeOf, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import type { Secret } from '../../secret.ts';
import { hashToken, keys, keyText } from '../keys/key.ts';
import { makeOrganization } from '../organization/make.ts';
import { newVersion } from '../vault-version.ts';
import { organizationOf, organizations } from '../workspaces/organization.ts';

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

/** An organization that was founded before there was a list of them is entered in it by being written once more. */
const enterInList = async (deps: Deps, organizationId: string): Promise<void> => {
  const found = await organizationOf(deps, organizationId);
  if (found.createdAt !== undefined) return;
  await deps.store.replace(organizations, { ...found, createdAt: timeOf(organizationId) });
};

/** Makes sure that the first organization and its workspace exist. A crash in between is made up for by the next call. */
export const foundOrganization = async (
  deps: Deps,
): Promise<{ organizationId: string; workspaceId: string }> => {
  const { organizationId, workspaceId } = await reserve(deps);
  await makeOrganization(deps, { organizationId, workspaceId, name: 'Organization' });
  await enterInList(deps, organizationId);
  return { organizationId, workspaceId };
};

/** The organization that the deployment began with; undefined before it has one. */
export const firstOrganization = async ({ store }: Pick<Deps, 'store'>): Promise<string | undefined> =>
  (await store.get(deployments, deploymentKey))?.organizationId;

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
    earlier: [],
    version: 1,
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
