import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { memory } from '../memory.ts';
import type { AuthRef } from './amend.ts';
import { authKey, auths, type Auth } from './auth.ts';

/** For how long a change made by another process may go unseen. Milliseconds (ADR 0031). */
const age = 1_000;

const seen = memory<Auth>(age);

const keyOf = ({ organizationId, authId }: AuthRef): string => `${organizationId}/${authId}`;

/** An auth as it was at most a second ago: read once for all who ask within it. Rejects with 404, which is not remembered. */
export const recentAuth = (deps: Deps, ref: AuthRef): Promise<Auth> =>
  seen.recall(deps, keyOf(ref), async () => {
    const auth = await deps.store.get(auths, authKey(ref.organizationId, ref.authId));
    if (!auth) throw notFound('auth');
    return auth;
  });

/** Says that this process wrote an auth: whoever asks it next reads what is there now. */
export const forgetAuth = (deps: Deps, ref: AuthRef): void => seen.forget(deps, keyOf(ref));
