import * as z from 'zod';
import { OrganizationId, WorkspaceId } from '../ids.ts';
import {
  isByGrant,
  may,
  organizationRoles,
  permissions,
  roles,
  type Permission,
  type Place,
} from '../permissions.ts';
import { AppError } from '../errors.ts';

/** Who acts: a server key, a person of the organization, one of its end users, or the product itself. */
export const Actor = z.object({
  type: z.enum(['key', 'user', 'end_user', 'system']),
  id: z.string(),
  organizationId: OrganizationId,
  /** Present when the caller may see one workspace only. */
  workspaceId: WorkspaceId.optional(),
  /** The end user whose session this is, who acts on the own auths alone; by the organization's id for that person. */
  endUserId: z.string().optional(),
  /** What it is where it acts: in a workspace there, else in the organization. */
  role: z.enum(roles),
  /** What a person who acts in a workspace is outside it: the role there says nothing of any other. */
  organizationRole: z.enum(organizationRoles).optional(),
  /** Of what its role may, all that a key with scopes is let do; without scopes, all of it. */
  scopes: z.array(z.enum(permissions)).optional(),
});
export type Actor = z.infer<typeof Actor>;

/** Whether the caller may know that a workspace exists. */
export const sees = (actor: Actor, workspaceId: string): boolean =>
  actor.workspaceId === undefined || actor.workspaceId === workspaceId;

const advice = (permission: Permission): string =>
  isByGrant(permission) ? ' An admin of the organization can grant it to the role.' : '';

/** Whether the caller's role holds the permission there, and its scopes, where it has any, do not leave it out. */
export const holds = (actor: Actor, permission: Permission, place?: Place): boolean =>
  may(actor.role, permission, place) && actor.scopes?.includes(permission) !== false;

/** The same; rejects with 403 otherwise. */
export const demand = (actor: Actor, permission: Permission, place?: Place): void => {
  if (!may(actor.role, permission, place)) {
    throw new AppError(
      403,
      'forbidden',
      `The role ${actor.role} does not hold the permission ${permission}.${advice(permission)}`,
    );
  }
  if (!holds(actor, permission, place)) {
    throw new AppError(403, 'forbidden', `The scopes of this key leave out the permission ${permission}.`);
  }
};
