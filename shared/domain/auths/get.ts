import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { authKey, auths, type Auth } from './auth.ts';

/** An auth by its place: organization, workspace, id. */
export interface AuthInWorkspace {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly authId: string;
}

/** An auth of a workspace. 404 `auth_not_found` from every other one, and while it is being deleted. */
export const getAuth = async ({ store }: Deps, input: AuthInWorkspace): Promise<Auth> => {
  const auth = await store.get(auths, authKey(input.organizationId, input.authId));
  if (auth?.workspaceId !== input.workspaceId || auth.state === 'deleting') throw notFound('auth');
  return auth;
};
