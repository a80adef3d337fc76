import type { Deps } from '../../ports.ts';
import { amend } from '../amend.ts';
import { authKey, auths, type Auth } from './auth.ts';
import { forgetAuth } from './recent.ts';

/** An auth by organization and id. */
export interface AuthRef {
  readonly organizationId: string;
  readonly authId: string;
}

interface Amended extends AuthRef {
  /** The auth as the caller has just written it. */
  readonly known?: Auth | undefined;
}

/** Changes an auth whoever writes it meanwhile; see `amend`. */
export const amendAuth = (
  deps: Deps,
  { organizationId, authId, known }: Amended,
  change: (auth: Auth) => Auth | undefined,
): Promise<Auth | undefined> =>
  amend(deps, { collection: auths, key: authKey(organizationId, authId), known }, change).finally(() =>
    forgetAuth(deps, { organizationId, authId }),
  );
