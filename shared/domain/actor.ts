import * as z from 'zod';
import { OrganizationId, WorkspaceId } from '../ids.ts';
import { isByGrant, may, roles, type Grants, type Permission } from '../permissions.ts';
import { AppError } from '../errors.ts';

/** Who acts: a server key, a person at the connect page, or the product itself. */
export const Actor = z.object({
  type: z.enum(['key', 'end_user', 'system']),
  id: z.string(),
  organizationId: OrganizationId,
  /** Present when the caller may see one workspace only. */
  workspaceId: WorkspaceId.optional(),
  role: z.enum(roles),
});
export type Actor = z.infer<typeof Actor>;

/** Whether the caller may know that a workspace exists. */
export const sees = (actor: Actor, workspaceId: string): boolean =>
  actor.workspaceId === undefined || actor.workspaceId === workspaceId;

const advice = (permission: Permission): string =>
  isByGrant(permission) ? ' An admin of the organization can grant it to the role.' : '';

/** Rejects with 403 unless the caller's role holds the permission, by itself or by what its organization grants. */
export const demand = (actor: Actor, permission: Permission, grants?: Grants): void => {
  if (!may(actor.role, permission, grants)) {
    throw new AppError(
      403,
      'forbidden',
      `The role ${actor.role} does not hold the permission ${permission}.${advice(permission)}`,
    );
  }
};
