import type * as z from 'zod';
import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { expectVersion } from '../versions.ts';
import { amendAuth } from './amend.ts';
import type { Auth } from './auth.ts';
import { getAuth, type AuthInWorkspace } from './get.ts';
import type { AuthEdit } from './new-auth.ts';

interface UpdateAuthInput extends AuthInWorkspace {
  readonly edit: z.infer<typeof AuthEdit>;
  readonly ifMatch: string | undefined;
}

/** Changes an auth's name, tags or metadata; what is left out stays. Renewals meanwhile do not count as edits. */
export const updateAuth = async (deps: Deps, { edit, ifMatch, ...where }: UpdateAuthInput): Promise<Auth> => {
  await getAuth(deps, where);
  const edited = await amendAuth(deps, where, (auth) => {
    expectVersion(ifMatch, auth.version);
    const { name = auth.name, tags = auth.tags, metadata = auth.metadata } = edit;
    return auth.state === 'deleting'
      ? undefined
      : { ...auth, name, tags, metadata, version: auth.version + 1 };
  });
  if (!edited) throw notFound('auth');
  return edited;
};
