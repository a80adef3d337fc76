import type { Deps } from '../../ports.ts';
import { callbackState } from '../../protocols/oauth2/callback.ts';
import type { Values } from '../../protocols/protocol.ts';
import { secret, type Secret } from '../../secret.ts';
import { openBound } from '../bound-seal.ts';
import { arrive } from './arrive.ts';
import { stateExpired } from './failures.ts';
import { failSession, settleSession } from './finish.ts';
import { hashOf, sessionKey, sessions, statePurpose, type Session } from './session.ts';
import { connectStates, stateKey, StateSecrets, type ConnectState } from './state.ts';

/** How a callback ended, and the link with which the person may try again. */
export type Completed =
  | { readonly kind: 'unknown_state' }
  | { readonly kind: 'used_state'; readonly session: Session }
  | { readonly kind: 'concluded'; readonly session: Session; readonly link: Secret };

/** Uses a state up, by one conditional write; undefined when it was used before. */
const use = async ({ store, clock }: Deps, state: ConnectState): Promise<ConnectState | undefined> =>
  state.usedAt === undefined ? store.replace(connectStates, { ...state, usedAt: clock.now() }) : undefined;

interface Taken {
  readonly session: Session;
  readonly state: ConnectState;
  readonly query: URLSearchParams;
  readonly kept: Values;
}

const conclude = async (deps: Deps, { session, state, query, kept }: Taken): Promise<Session> => {
  if (session.status === 'complete') return session;
  if (state.expiresAt <= deps.clock.now()) return failSession(deps, session, stateExpired);
  return arrive(deps, { session, redirectUri: state.redirectUri, query, kept });
};

const take = async (deps: Deps, state: ConnectState, query: URLSearchParams): Promise<Completed> => {
  const session = await deps.store.get(sessions, sessionKey(state.organizationId, state.sessionId));
  if (!session) return { kind: 'unknown_state' };
  if (!(await use(deps, state))) return { kind: 'used_state', session: await settleSession(deps, session) };
  const opened = await openBound(deps, statePurpose(state), state.sealed);
  const { kept, link } = StateSecrets.parse(JSON.parse(opened.reveal()));
  const settled = await settleSession(deps, session);
  const ended = await conclude(deps, { session: settled, state, query, kept });
  return { kind: 'concluded', session: ended, link: secret(link) };
};

interface CallbackInput {
  readonly query: URLSearchParams;
  /** Where the callback came in: each environment has a redirect URI of its own. */
  readonly redirectUri: string;
}

/** Takes a provider's callback: its state once and in time, its code to the token endpoint, its answer to the vault. */
export const completeConnect = async (
  deps: Deps,
  { query, redirectUri }: CallbackInput,
): Promise<Completed> => {
  const text = callbackState(query);
  const state = text ? await deps.store.get(connectStates, stateKey(hashOf(secret(text)))) : undefined;
  return state?.redirectUri === redirectUri ? take(deps, state, query) : { kind: 'unknown_state' };
};
