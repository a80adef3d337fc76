import type { Deps, IncomingResponse } from '../../../ports.ts';
import type { Auth } from '../../auths/auth.ts';
import type { ServiceInUse } from '../../services/current.ts';
import { admit, type Leave } from './admit.ts';
import { joinCrowd } from './crowd.ts';
import { scopesOf } from './scope.ts';
import { untilRead } from './until-read.ts';

interface Limited {
  readonly auth: Auth;
  readonly service: ServiceInUse;
  /** How long the head of the answer is waited for at the most, where the caller says it. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Aborted when the caller is gone. Nobody may then read, or even let go of, an answer that has come. */
  readonly signal?: AbortSignal | undefined;
}

/** Nothing is counted where there are no limits. */
const free: Leave = { goesOn: () => undefined, ends: () => Promise.resolve() };

const letIn = async (deps: Deps, { auth, service, timeoutMilliseconds = 0 }: Limited): Promise<Leave> => {
  const scopes = scopesOf(auth, service);
  return scopes.length === 0 ? free : admit(deps, scopes, timeoutMilliseconds);
};

/**
 * Sends a call where the limits of its service let it (ADR 0029), and counts it as under way until its answer is read. Each time
 * something is sent counts: a repetition and a page are calls of their own; what `send` follows belongs to its call. Without limits nothing is read or
 * written, and one auth has at most 200 calls at once in a process. Rejects with 429 `rate_limited` or `too_many_calls`.
 */
export const withinLimits = async <T extends IncomingResponse>(
  deps: Deps,
  limited: Limited,
  send: () => Promise<T>,
): Promise<T> => {
  const { signal } = limited;
  const leaveCrowd = joinCrowd(deps, limited.auth.id);
  let leave: Leave | undefined;
  const ends = async () => {
    signal?.removeEventListener('abort', gone);
    leaveCrowd();
    await leave?.ends();
  };
  const gone = () => void ends();
  signal?.addEventListener('abort', gone);
  try {
    leave = await letIn(deps, limited);
    const { goesOn } = leave;
    const response = await send();
    return { ...response, body: untilRead(response.body, { goesOn, ends }) };
  } catch (error) {
    await ends();
    throw error;
  }
};
