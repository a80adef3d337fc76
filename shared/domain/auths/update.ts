import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { expectVersion } from '../versions.ts';
import { amendAuth } from './amend.ts';
import type { Auth } from './auth.ts';
import { getAuth, type AuthInWorkspace } from './get.ts';

/** Renames an auth. Renewals meanwhile do not count as edits. */
export const updateAuth = async (
  deps: Deps,
  { name, ifMatch, ...where }: AuthInWorkspace & { name: string; ifMatch: string | undefined },
): Promise<Auth> => {
  await getAuth(deps, where);
  const renamed = await amendAuth(deps, where, (auth) => {
    expectVersion(ifMatch, auth.version);
    return auth.state === 'deleting' ? undefined : { ...auth, name, version: auth.version + 1 };
  });
  if (!renamed) throw notFound('auth');
  return renamed;
};
