import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { crewOf, type Crew } from './crew.ts';
import { checkEnd, checkStore } from './end.ts';
import { happen } from './happen.ts';
import { planOf, type Plan } from './plan.ts';
import { withoutTimers } from './without-timers.ts';
import { runAll, worldOf, type Options, type World } from './world.ts';

/** What became of a seed. */
export interface Verdict {
  readonly seed: number;
  /** What does not hold; empty when all is well. */
  readonly broken: readonly string[];
  readonly plan: Plan;
  readonly steps: number;
  readonly tokenCalls: number;
  readonly told: Readonly<Record<string, number>>;
  readonly trace: readonly string[];
}

const minute = 60_000;

/** Runs until a happening's time, then lets it happen. */
const play = async (world: World, crew: Crew, plan: Plan): Promise<void> => {
  const { scheduler } = world;
  const waiting: Promise<void>[] = [];
  for (const happening of plan.happenings)
    scheduler.later(happening.at, () => {
      // A reconnect awaits nothing that the scheduler moves, but it does await: the next step waits for it.
      waiting.push(happen(world, crew, happening));
    });
  await runAll(world, waiting);
};

/** Faults have stopped: time passes and the schedule runs, as it would. */
const settleDown = async (world: World, crew: Crew): Promise<void> => {
  crew.calm();
  world.ground.vaultDownUntil = 0;
  await runAll(world);
  for (const pause of [3, 65, 130]) {
    world.scheduler.pass(pause * minute);
    crew.begun(0, { name: 'schedule_from_start', run: sweepFromStart });
    await runAll(world);
  }
};

/** Plays a seed to its end and judges it. */
export const simulate = (seed: number, options: Options = {}): Promise<Verdict> =>
  withoutTimers(async () => {
    const plan = planOf(seed);
    const world = await worldOf(plan, options);
    const crew = crewOf(world, plan);
    await play(world, crew, plan);
    await settleDown(world, crew);
    for (let index = 0; index < 2; index += 1) await checkEnd(world, crew, index);
    for (const { name } of crew.stuck()) world.breaks(`${name} never ends`);
    checkStore(world);
    const told: Record<string, number> = {};
    for (const { type, data } of world.witness.told()) {
      const name = type === 'auth.needs_reconnect' ? `${type} ${String(data['cause'])}` : type;
      told[name] = (told[name] ?? 0) + 1;
    }
    return {
      seed,
      plan,
      broken: world.broken,
      steps: world.scheduler.steps(),
      tokenCalls: world.provider.state.calls.length,
      told,
      trace: world.trace,
    };
  });
