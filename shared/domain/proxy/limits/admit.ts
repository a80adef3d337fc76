import type { Deps } from '../../../ports.ts';
import { takeCall, type PutBack } from './allowance.ts';
import type { Scope } from './scope.ts';
import { takeSeat, type HeldSeat } from './seats.ts';

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
export interface Leave {
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

/**
 * Lets a call in where each scope has room for it, and holds its seats: for so long at first, in milliseconds, and for a minute from
 * each chunk that comes. Rejects with 429 `rate_limited` or `too_many_calls`.
 */
export const admit = async (
  deps: Deps,
  scopes: readonly Scope[],
  firstMilliseconds: number,
): Promise<Leave> => {
  const milliseconds = firstMilliseconds + seatMilliseconds;
  const putBack = await takeCalls(deps, scopes);
  try {
    return heldBy(deps, await takeSeats(deps, { scopes, milliseconds }), milliseconds);
  } catch (error) {
    putBack();
    throw error;
  }
};
