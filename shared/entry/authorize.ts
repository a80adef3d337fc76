import { demand, type Actor } from '../domain/actor.ts';
import { actingIn } from '../domain/members/acting.ts';
import { grantsFor } from '../domain/organization/grants.ts';
import { recentWorkspace } from '../domain/workspaces/recent.ts';
import { AppError } from '../errors.ts';
import type { Permission } from '../permissions.ts';
import type { Deps } from '../ports.ts';
import type { Route } from './route.ts';

/**
 * What a key that is bound to one workspace may do besides: see what is the organization's and the catalogue, and how its own
 * auths fare, and use them.
 */
const beyondWorkspace: readonly Permission[] = [
  'workspaces:read',
  'summary:read',
  'umbrellas:read',
  'services:read',
  'auths:use',
];

interface AuthorizeInput {
  readonly actor: Actor;
  readonly route: Pick<Route, 'needs'>;
  readonly path: Readonly<Record<string, string>>;
}

const inWorkspace = async (
  deps: Deps,
  { actor, route: { needs } }: AuthorizeInput & { readonly route: { readonly needs: Permission } },
  workspaceId: string,
): Promise<Actor> => {
  const { organizationId } = actor;
  const workspace = await recentWorkspace(deps, { organizationId, workspaceId });
  const acting = await actingIn(deps, actor, workspace);
  // What is done in a workspace is the builders' work: of an end user, `auths:use` means the own auths alone (R27).
  if (acting.type === 'end_user')
    throw new AppError(403, 'forbidden', 'The session of an end user is for /v1/end-user and /v1/proxy.');
  demand(acting, needs, { kind: workspace.kind, grants: await grantsFor(deps, actor, needs) });
  return acting;
};

/**
 * The caller as it acts on the route, with the role that it has there. Rejects with 404 when it may not know of the workspace
 * (R8), and with 403 when its role falls short.
 */
export const authorize = async (deps: Deps, { actor, route, path }: AuthorizeInput): Promise<Actor> => {
  const { needs } = route;
  if (needs === 'nobody') return actor;
  const { workspaceId } = path;
  if (workspaceId !== undefined) return inWorkspace(deps, { actor, route: { needs }, path }, workspaceId);
  if (actor.type === 'key' && actor.workspaceId !== undefined && !beyondWorkspace.includes(needs)) {
    throw new AppError(
      403,
      'forbidden',
      'This key works in one workspace; this is a matter of the organization.',
    );
  }
  demand(actor, needs, { grants: await grantsFor(deps, actor, needs) });
  return actor;
};
