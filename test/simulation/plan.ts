import { chanceOf, type Chance } from './chance.ts';

/** How a provider treats a refresh token that is used twice. */
const models = ['non_rotating', 'grace', 'strict'] as const;
type Model = (typeof models)[number];

/** How often each thing goes wrong, for each call of a port. */
export interface Faults {
  readonly throwBefore: number;
  readonly throwAfter: number;
  readonly repeat: number;
  readonly crash: number;
  /** Calls that take seconds, or longer than a lease. */
  readonly slow: number;
  readonly stuck: number;
  /** Of the calls to the provider: the answer is lost, nothing arrives, the provider is busy, a gateway loses the answer. */
  readonly lost: number;
  readonly unreached: number;
  readonly busy: number;
  readonly gateway: number;
  readonly slowProvider: number;
}

export const noFaults: Faults = {
  throwBefore: 0,
  throwAfter: 0,
  repeat: 0,
  crash: 0,
  slow: 0,
  stuck: 0,
  lost: 0,
  unreached: 0,
  busy: 0,
  gateway: 0,
  slowProvider: 0,
};

type Act =
  | 'proxy'
  | 'schedule'
  | 'schedule_from_start'
  | 'refused_token'
  | 'refresh_now'
  | 'reconnect'
  | 'remove'
  | 'person_revokes'
  | 'vault_down'
  | 'crash';

/** Something that happens at a time, in milliseconds after the beginning. */
export interface Happening {
  readonly at: number;
  readonly act: Act;
  readonly auth: number;
  readonly process: number;
}

/** What a seed decides before anything happens. */
export interface Plan {
  readonly seed: number;
  readonly model: Model;
  readonly lifeSeconds: number;
  /** How long after its use a refresh token may be used again, where the provider has a grace. */
  readonly graceSeconds: number;
  readonly processes: number;
  readonly auths: number;
  readonly faults: Faults;
  readonly happenings: readonly Happening[];
}

/** Each seed has faults of its own: some none, some only one kind, so that kinds do not hide each other. */
const faultsOf = (chance: Chance): Faults => {
  if (chance.happens(0.15)) return noFaults;
  const maybe = (rates: readonly number[]) => (chance.happens(0.4) ? chance.pick(rates) : 0);
  return {
    throwBefore: maybe([0.01, 0.05, 0.15]),
    throwAfter: maybe([0.01, 0.05, 0.15]),
    repeat: maybe([0.02, 0.1, 0.3]),
    crash: maybe([0.005, 0.02, 0.05]),
    slow: maybe([0.02, 0.1]),
    stuck: maybe([0.005, 0.02]),
    lost: maybe([0.1, 0.5]),
    unreached: maybe([0.1, 0.5]),
    busy: maybe([0.1, 0.5]),
    gateway: maybe([0.1, 0.5]),
    slowProvider: maybe([0.1, 0.5]),
  };
};

const common: readonly Act[] = ['proxy', 'proxy', 'schedule', 'schedule', 'refused_token', 'refresh_now'];
const rare: readonly Act[] = [
  'reconnect',
  'remove',
  'person_revokes',
  'crash',
  'schedule_from_start',
  'vault_down',
];

/** Happenings come in bursts, most of them around the end of a token's life, where the races are. */
const happeningsOf = (
  chance: Chance,
  plan: Pick<Plan, 'lifeSeconds' | 'processes' | 'auths'>,
): Happening[] => {
  const life = plan.lifeSeconds * 1000;
  const allowed = rare.filter(() => chance.happens(0.4));
  let at = 0;
  return Array.from({ length: 2 + chance.below(3) }).flatMap(() => {
    at += chance.happens(0.8) ? Math.round(life * (0.8 + chance.next() * 0.3)) : chance.below(life);
    const spread = chance.pick([10, 1_000, 30_000, 120_000]);
    return Array.from({ length: 1 + chance.below(5) }, () => ({
      at: at + chance.below(spread),
      act: allowed.length > 0 && chance.happens(0.25) ? chance.pick(allowed) : chance.pick(common),
      auth: chance.below(plan.auths),
      process: chance.below(plan.processes),
    }));
  });
};

/** Draws the plan of a seed. */
export const planOf = (seed: number): Plan => {
  const chance = chanceOf(seed, 1);
  const world = {
    model: chance.pick(models),
    lifeSeconds: chance.pick([90, 600, 3600]),
    graceSeconds: 3600,
    processes: 1 + chance.below(8),
    auths: 1 + chance.below(2),
  };
  return { seed, ...world, faults: faultsOf(chance), happenings: happeningsOf(chance, world) };
};
