import type { Deps, IncomingResponse } from '../../../ports.ts';
import type { Auth } from '../../auths/auth.ts';
import type { ServiceInUse } from '../../services/current.ts';
import { takeCall, type PutBack } from './allowance.ts';
import { joinCrowd } from './crowd.ts';
import { scopesOf, type Scope } from './scope.ts';
import { takeSeat, type HeldSeat } from './seats.ts';
import { untilRead } from './until-read.ts';

/** How long a seat lasts beyond the head of an answer that nobody reads, and how long from each chunk that comes. Milliseconds. */
const seatMilliseconds = 60_000;

const takeCalls = async (deps: Deps, scopes: readonly Scope[]): Promise<PutBack> => {
  const taken: PutBack[] = [];
  const putBack = () => {
    for (const each of taken) each();
  };
  try {
    for (const scope of scopes)
      if (scope.limit.rate) taken.push(await takeCall(deps, scope, scope.limit.rate));
  } catch (error) {
    putBack();
    throw error;
  }
  return putBack;
};

interface SeatsInput {
  readonly scopes: readonly Scope[];
  readonly milliseconds: number;
}

const takeSeats = async (deps: Deps, { scopes, milliseconds }: SeatsInput): Promise<readonly HeldSeat[]> => {
  const seats: HeldSeat[] = [];
  try {
    for (const scope of scopes) {
      const { concurrency: most } = scope.limit;
      if (most !== undefined) seats.push(await takeSeat(deps, scope, { most, milliseconds }));
    }
  } catch (error) {
    for (const seat of seats) await seat.giveBack();
    throw error;
  }
  return seats;
};

/** A call that was let in. */
interface Leave {
  readonly goesOn: () => Promise<void> | undefined;
  readonly ends: () => Promise<void>;
}

const heldBy = ({ clock }: Pick<Deps, 'clock'>, seats: readonly HeldSeat[], first: number): Leave => {
  let keepAt = clock.now() + first - seatMilliseconds / 2;
  let over = false;
  return {
    goesOn: () => {
      if (seats.length === 0 || clock.now() < keepAt) return undefined;
      keepAt = clock.now() + seatMilliseconds / 2;
      return Promise.all(seats.map((seat) => seat.keep(seatMilliseconds))).then(() => undefined);
    },
    ends: async () => {
      if (over) return;
      over = true;
      for (const seat of seats) await seat.giveBack();
    },
  };
};

interface Limited {
  readonly auth: Auth;
  readonly service: ServiceInUse;
  /** How long the head of the answer is waited for at the most, where the caller says it. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Aborted when the caller is gone. Nobody may then read, or even let go of, an answer that has come. */
  readonly signal?: AbortSignal | undefined;
}

const admit = async (deps: Deps, { auth, service, timeoutMilliseconds = 0 }: Limited): Promise<Leave> => {
  const scopes = scopesOf(auth, service);
  if (scopes.length === 0) return heldBy(deps, [], 0);
  const milliseconds = timeoutMilliseconds + seatMilliseconds;
  const putBack = await takeCalls(deps, scopes);
  try {
    return heldBy(deps, await takeSeats(deps, { scopes, milliseconds }), milliseconds);
  } catch (error) {
    putBack();
    throw error;
  }
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
    leave = await admit(deps, limited);
    const { goesOn } = leave;
    const response = await send();
    return { ...response, body: untilRead(response.body, { goesOn, ends }) };
  } catch (error) {
    await ends();
    throw error;
  }
};
