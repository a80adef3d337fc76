import { authKey, credentialRef, type Auth } from '#shared/domain/auths/auth.ts';
import { seededRandom } from '#shared/memory/random.ts';
import { vaultPath } from '#shared/vault.ts';
import { begin, start, type Names } from './beginning.ts';
import type { Mutation } from './mutations.ts';
import type { Plan } from './plan.ts';
import { providerOf } from './provider.ts';
import { schedulerOf } from './scheduler.ts';
import { witnessOf } from './witness.ts';

/** How a seed is played. */
export interface Options {
  readonly mutation?: Mutation | undefined;
  readonly trace?: boolean;
}

/** A world as a plan has it, before anything happens in it. */
export const worldOf = async (plan: Plan, { mutation, trace: tracing }: Options) => {
  const { names, ground, state } = await begin(plan);
  const broken: string[] = [];
  const trace: string[] = [];
  const note = (text: () => string) => {
    if (tracing) trace.push(`${((scheduler.now() - start) / 1000).toFixed(3).padStart(10)} s  ${text()}`);
  };
  const scheduler = schedulerOf(plan, { start, note });
  const breaks = (what: string) => {
    note(() => `BROKEN: ${what}`);
    broken.push(`${what} (after ${((scheduler.now() - start) / 1000).toFixed(3)} s)`);
  };
  const provider = providerOf(plan, state);
  const held = (auth: Auth) => ground.held.get(vaultPath(credentialRef(auth)));
  const witness = witnessOf({ provider, now: scheduler.now, held, broken: breaks });
  names.authIds.forEach((authId, auth) => witness.knows(auth, authId));
  const random = seededRandom(plan.seed);
  const shared = { ground, scheduler, provider, witness, random };
  return {
    names,
    ground,
    scheduler,
    provider,
    witness,
    held,
    breaks,
    broken,
    note,
    trace,
    shared,
    mutation,
  };
};

export type World = Awaited<ReturnType<typeof worldOf>>;

/** Where an auth is, by its number. */
export const whereOf = ({ organizationId, workspaceId, authIds }: Names, auth: number) => ({
  organizationId,
  workspaceId,
  authId: authIds[auth]!,
});

/** An auth as the store has it at this moment. */
export const authNow = ({ ground, names }: World, auth: number): Auth | undefined => {
  const { partition, sort } = authKey(names.organizationId, names.authIds[auth]!);
  return ground.rows.get(`${partition}\n${sort}`)?.item as Auth | undefined;
};

const mostSteps = 30_000;

/** Lets everything go on until nothing waits any more. */
export const runAll = async ({ scheduler, breaks }: World, waiting: Promise<void>[] = []): Promise<void> => {
  for (let steps = 0; steps < mostSteps; steps += 1) {
    const idle = await scheduler.run(1);
    if (waiting.length > 0) await Promise.all(waiting.splice(0));
    else if (idle) return;
  }
  breaks('it goes on and on');
};
