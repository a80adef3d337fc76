import * as z from 'zod';
import { newId, OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { editedMeanwhile } from '../versions.ts';
import { findWorkspace } from './get.ts';
import { workspaces, type Workspace } from './workspace.ts';

const Claim = z.object({
  organizationId: OrganizationId,
  /** What there is one of: `embedded`, or `personal#` and the user id. */
  of: z.string(),
  workspaceId: WorkspaceId,
  /** Whether the workspace has been made: if it is not there then, it was deleted. */
  made: z.boolean(),
  revision: z.int(),
});
type Claim = z.infer<typeof Claim>;

const claimKey = (organizationId: string, of: string): Key => ({
  partition: `ORG#${organizationId}`,
  sort: `CLAIM#${of}`,
});

/** All claims of an organization. */
export const claimsOf = (organizationId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}`,
  prefix: 'CLAIM#',
});

/** Which workspace is the one of its kind: whoever writes this first decides (ADR 0033). */
export const claims: Collection<Claim> = {
  name: 'workspace_claim',
  schema: Claim,
  place: (item) => ({ key: claimKey(item.organizationId, item.of) }),
};

type Unique = Pick<Workspace, 'organizationId' | 'name' | 'kind' | 'ownerId'>;

const nameOf = ({ kind, ownerId }: Pick<Unique, 'kind' | 'ownerId'>): string =>
  ownerId === undefined ? kind : `${kind}#${ownerId}`;

type Wanted = Pick<Unique, 'organizationId' | 'kind' | 'ownerId'>;

/** The workspace that a claim names, while it is still what was claimed: one that was handed on is somebody else's. */
const claimed = async (deps: Deps, claim: Claim, { kind, ownerId }: Wanted) => {
  const found = await findWorkspace(deps, claim);
  return found?.kind === kind && found.ownerId === ownerId ? found : undefined;
};

/** The one workspace of a kind, and of an owner; undefined while there is none. */
export const onlyWorkspace = async (deps: Deps, wanted: Wanted): Promise<Workspace | undefined> => {
  const claim = await deps.store.get(claims, claimKey(wanted.organizationId, nameOf(wanted)));
  return claim && claimed(deps, claim, wanted);
};

const claimFor = async (deps: Deps, wanted: Unique): Promise<Claim> => {
  const { organizationId } = wanted;
  const of = nameOf(wanted);
  const found = await deps.store.get(claims, claimKey(organizationId, of));
  if (found && (!found.made || (await claimed(deps, found, wanted)))) return found;
  const workspaceId = newId('workspace', deps);
  const fresh = { revision: 0, ...found, organizationId, of, workspaceId, made: false };
  const written = found ? await deps.store.replace(claims, fresh) : await deps.store.insert(claims, fresh);
  const present = written ?? (await deps.store.get(claims, claimKey(organizationId, of)));
  if (!present) throw editedMeanwhile();
  return present;
};

/**
 * Makes the one workspace of a kind, and of an owner, or finds it: of two at once both find the same. What a crash has left half
 * made the next call completes, under the same id. `made` tells who made it.
 */
export const makeOnlyWorkspace = async (
  deps: Deps,
  wanted: Unique,
): Promise<{ workspace: Workspace; made: boolean }> => {
  const claim = await claimFor(deps, wanted);
  const { workspaceId: id } = claim;
  const fresh = { ...wanted, id, version: 1, createdAt: deps.clock.now(), revision: 0 };
  const inserted = claim.made ? undefined : await deps.store.insert(workspaces, fresh);
  // Lost only to somebody who says the same.
  if (!claim.made) await deps.store.replace(claims, { ...claim, made: true });
  const workspace = inserted ?? (await claimed(deps, claim, wanted));
  if (!workspace) throw editedMeanwhile();
  return { workspace, made: inserted !== undefined };
};
