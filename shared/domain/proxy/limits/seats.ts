import * as z from 'zod';
import type { Collection, Deps, Key } from '../../../ports.ts';
import { chance } from '../../chance.ts';
import { Instant } from '../../inputs.ts';
import { newVersion } from '../../vault-version.ts';
import { tooManyCalls } from './refusal.ts';
import { keyIn, type Scope } from './scope.ts';

const day = 86_400_000;

/** One call under way, and when it is taken for over although nobody said so: its process is gone. */
const Seat = z.object({ id: z.string(), until: Instant });
type Seat = z.infer<typeof Seat>;

/** The calls that are under way in all processes. */
const Seats = z.object({
  partition: z.string(),
  sort: z.string(),
  taken: z.array(Seat),
  until: Instant,
  revision: z.int(),
});
type Seats = z.infer<typeof Seats>;

/** Kept while it is used, for the same reason as a window. */
const seatItems: Collection<Seats> = {
  name: 'call_seats',
  schema: Seats,
  place: ({ partition, sort, until }) => ({ key: { partition, sort }, expiresAt: until + day }),
};

const tries = 20;
const pause = 20;

type Ports = Pick<Deps, 'store' | 'clock' | 'random'>;

/** Changes the seats; `change` answers undefined when there is nothing to do. False also when others were faster too often. */
const amendSeats = async (
  deps: Ports,
  key: Key,
  change: (taken: readonly Seat[]) => readonly Seat[] | undefined,
): Promise<boolean> => {
  for (let round = 0; round < tries; round += 1) {
    const item = await deps.store.get(seatItems, key);
    const now = deps.clock.now();
    const next = change((item?.taken ?? []).filter(({ until }) => until > now));
    if (!next) return false;
    const until = Math.max(item?.until ?? now, ...next.map((seat) => seat.until));
    const changed = { ...key, taken: [...next], until, revision: item?.revision ?? 0 };
    if (await (item ? deps.store.replace : deps.store.insert)(seatItems, changed)) return true;
    await deps.clock.sleep(Math.round(chance(deps) * pause));
  }
  return false;
};

/** A seat that is held. Neither rejects: a store that fails at this harms no call, and the seat ends by itself. */
export interface HeldSeat {
  /** Keeps it for so many milliseconds from now on. */
  readonly keep: (milliseconds: number) => Promise<void>;
  readonly giveBack: () => Promise<void>;
}

interface Wanted {
  readonly most: number;
  readonly milliseconds: number;
}

/** Takes a seat for a call: exact over all processes, for a write at its begin and one at its end. Rejects with 429 `too_many_calls`. */
export const takeSeat = async (
  deps: Ports,
  scope: Scope,
  { most, milliseconds }: Wanted,
): Promise<HeldSeat> => {
  const key = keyIn(scope, 'SEATS');
  const id = newVersion(deps.random).slice(0, 16);
  const mine = (forMilliseconds: number): Seat => ({ id, until: deps.clock.now() + forMilliseconds });
  const others = (taken: readonly Seat[]) => taken.filter((seat) => seat.id !== id);
  const got = await amendSeats(deps, key, (taken) =>
    taken.length < most ? [...taken, mine(milliseconds)] : undefined,
  );
  if (!got) throw tooManyCalls(scope.of, most);
  const quietly = async (change: Parameters<typeof amendSeats>[2]) => {
    await amendSeats(deps, key, change).catch(() => false);
  };
  return {
    keep: (longer) =>
      quietly((taken) =>
        others(taken).length < taken.length ? [...others(taken), mine(longer)] : undefined,
      ),
    giveBack: () => quietly((taken) => (others(taken).length < taken.length ? others(taken) : undefined)),
  };
};
