import { demand, sees, type Actor } from '../domain/actor.ts';
import { memory } from '../domain/memory.ts';
import { grantsFor } from '../domain/organization/grants.ts';
import { getWorkspace } from '../domain/workspaces/get.ts';
import type { Workspace } from '../domain/workspaces/workspace.ts';
import { AppError, notFound } from '../errors.ts';
import type { Permission } from '../permissions.ts';
import type { Deps } from '../ports.ts';
import type { Route } from './route.ts';

/**
 * What a caller who is bound to one workspace may do besides: see what is the organization's and the catalogue, and how its own
 * auths fare, and use them.
 */
const beyondWorkspace: readonly Permission[] = [
  'workspaces:read',
  'summary:read',
  'umbrellas:read',
  'services:read',
  'auths:use',
];

/** That a workspace is there is known for a few seconds. */
const known = memory<Workspace>(10_000);

/**
 * Rejects unless the caller may take the route: 404 when it may not know of the workspace (R8), 403 when its role falls short.
 */
export const authorize = async (
  deps: Deps,
  {
    actor,
    route,
    path,
  }: { actor: Actor; route: Pick<Route, 'needs'>; path: Readonly<Record<string, string>> },
): Promise<void> => {
  if (route.needs === 'nobody') return;
  const { workspaceId } = path;
  if (workspaceId !== undefined) {
    if (!sees(actor, workspaceId)) throw notFound('workspace');
    const { organizationId } = actor;
    await known.recall(deps, `${organizationId}/${workspaceId}`, () =>
      getWorkspace(deps, { organizationId, workspaceId }),
    );
  } else if (actor.workspaceId !== undefined && !beyondWorkspace.includes(route.needs)) {
    throw new AppError(
      403,
      'forbidden',
      'This key works in one workspace; this is a matter of the organization.',
    );
  }
  demand(actor, route.needs, await grantsFor(deps, actor, route.needs));
};
