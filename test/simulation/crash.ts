import { credentialRef, type Auth } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { vaultPath } from '#shared/vault.ts';
import { checkEnd, checkStore } from './end.ts';
import { invocationsOf, type Invocations } from './invocations.ts';
import { courseWith, type Course, type Death } from './mortal.ts';
import type { Mutation } from './mutations.ts';
import { noFaults, planOf, type Plan } from './plan.ts';
import { accessTokenIn } from './witness.ts';
import { withoutTimers } from './without-timers.ts';
import { authNow, runAll, whereOf, worldOf, type World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Who renews: the schedule ahead of the end, a proxied call after it, or a person in between. */
export const triggers = ['schedule', 'proxied call', 'refresh now'] as const;
export type Trigger = (typeof triggers)[number];

/** A renewal over which a process dies, and perhaps another one over what is done about it. */
export interface Crash {
  readonly provider: Pick<Plan, 'model' | 'graceSeconds'>;
  readonly trigger: Trigger;
  readonly first?: Death | undefined;
  readonly second?: Death | undefined;
  readonly mutation?: Mutation | undefined;
  readonly trace?: boolean;
}

/** What became of it. */
export interface Ending {
  /** The renewal over which the first one dies, and what others do about it until all is well or over. */
  readonly operation: Course;
  readonly recovery: Course;
  readonly broken: readonly string[];
  readonly state: Auth['state'] | undefined;
  readonly cause: Auth['cause'];
  /** A renewal was granted, and its answer kept by nobody. */
  readonly answerLost: boolean;
  /** How often the end was told, each event counted once. */
  readonly ends: number;
  /** Renewals asked for after the first death: until all was well, or in all the time that followed. */
  readonly furtherCalls: number;
  /** From the first death, or the beginning of what nobody died over, until all was well or over, in milliseconds. */
  readonly took: number | undefined;
  readonly trace: readonly string[];
}

/** A world of one auth that was renewed before, so that there is an older version to forget. */
const worldFor = async ({ provider, mutation, trace }: Crash): Promise<World> => {
  const plan = { ...planOf(0), ...provider, lifeSeconds: 3600, processes: 1, auths: 1, faults: noFaults };
  const world = await worldOf(plan, { mutation, trace: trace ?? false });
  const { ground, names } = world;
  const other = credentialRef({ ...whereOf(names, 1), id: names.authIds[1]! });
  ground.held.delete(vaultPath(other));
  for (const [at, { item }] of ground.rows) if ('id' in item && item.id === other.id) ground.rows.delete(at);
  return world;
};

/**
 * The schedule: a sweep each minute, and each quarter of an hour one from the beginning. Those that would find nothing are left
 * out, except the one before a sweep that finds something: it sets the watermark.
 */
const keepTime = ({ scheduler, ground }: World, crew: Invocations, goesOn: () => boolean): void => {
  const isDue = (by: number) => ground.rows.values().some(({ place: { due } }) => due && due.at <= by);
  let count = 0;
  const tick = () => {
    count += 1;
    const now = scheduler.now();
    if (isDue(now + minute)) crew.begun(0, { name: 'sweep', run: sweep });
    if (count % 15 === 0 && isDue(now)) crew.begun(0, { name: 'sweep from start', run: sweepFromStart });
    const nothingEver = !isDue(Infinity);
    if (goesOn()) scheduler.later(nothingEver ? 15 * minute : minute, tick);
  };
  tick();
};

/** What a caller is given must be good for a call, as long as the provider stands by the grant. */
const proxied = ({ scheduler, provider, names, breaks, held }: World) => {
  const where = whereOf(names, 0);
  const startedAt = scheduler.now();
  return {
    name: 'proxied call',
    run: (deps: Parameters<typeof refreshNow>[0]) =>
      freshCredential(deps, where, { workspaceId: where.workspaceId }),
    done: (value: unknown) => {
      const auth = value as Auth;
      const token = accessTokenIn(held(auth)?.get(auth.credential.version));
      if (token === undefined) breaks('a caller is given what the vault does not hold');
      else if (provider.grantOfAccess(token)?.alive && !provider.takes(token, startedAt))
        breaks('a caller is given a token that is over');
    },
  };
};

interface Played {
  readonly world: World;
  readonly crew: Invocations;
  readonly operation: Course;
  readonly recovery: Course;
  /** Since when the auth is as it should be, after the operation has begun. */
  readonly settledAt: () => number | undefined;
}

/** How long after a proxied call its caller tries again. */
const patience = [30_000, 100_000];

const play = async (crash: Crash): Promise<Played> => {
  const world = await worldFor(crash);
  const { scheduler, names } = world;
  const operation = courseWith(crash.first);
  const recovery = courseWith(crash.second);
  let begun = crash.trigger !== 'schedule';
  // What is done when all is well again is no part of it.
  const isOver = () => settledAt !== undefined;
  const crew = invocationsOf(world, () => {
    if (!begun) {
      begun = true;
      return operation;
    }
    return isOver() ? undefined : recovery;
  });
  crew.begun(0, { name: 'an earlier renewal', run: (deps) => refreshNow(deps, whereOf(names, 0)) });
  await runAll(world);

  const { credential, refreshAt } = authNow(world, 0)!;
  const wait = {
    schedule: refreshAt! - scheduler.now() + 1_000,
    'proxied call': credential.accessExpiresAt! - scheduler.now() + 5_000,
    'refresh now': 10 * minute,
  };
  scheduler.pass(wait[crash.trigger]);
  const beganAt = scheduler.now();
  let settledAt: number | undefined;
  const isSettled = (auth: Auth, version: string): boolean => {
    if (auth.outbox.length > 0 || auth.attempt) return false;
    // Who dies before the first write leaves nothing to be done before its time.
    const untouched = operation.died !== undefined && (auth.refreshAt ?? 0) > scheduler.now();
    return auth.state === 'needs_reconnect' || auth.credential.version !== version || untouched;
  };
  const look = () => {
    const auth = authNow(world, 0);
    if (auth && isSettled(auth, credential.version)) settledAt ??= scheduler.now();
    if (settledAt === undefined && scheduler.now() < beganAt + 3 * hour) scheduler.later(5_000, look);
  };
  look();
  if (crash.trigger === 'proxied call') {
    crew.begun(0, { ...proxied(world), course: operation });
    for (const pause of patience)
      scheduler.later(pause, () =>
        crew.begun(0, { ...proxied(world), course: isOver() ? undefined : recovery }),
      );
  }
  if (crash.trigger === 'refresh now')
    crew.begun(0, {
      name: 'refresh now',
      run: (deps) => refreshNow(deps, whereOf(names, 0)),
      course: operation,
    });
  const until = () => beganAt + (authNow(world, 0)?.state === 'needs_reconnect' ? 26 : 3) * hour;
  keepTime(world, crew, () => scheduler.now() < until());
  await runAll(world);
  return { world, crew, operation, recovery, settledAt: () => settledAt };
};

/** Nothing lies in the vault that nobody points to. */
const checkVault = (world: World): void => {
  const auth = authNow(world, 0);
  if (!auth) return;
  const pointed = [auth.credential.version, auth.credential.before];
  for (const version of world.held(auth)?.keys() ?? [])
    if (!pointed.includes(version)) world.breaks('the vault holds a version that nobody points to');
};

/** Lets a process die over a renewal, and the others do what they do in the hours after it. */
export const crashed = (crash: Crash): Promise<Ending> =>
  withoutTimers(async () => {
    const { world, crew, operation, recovery, settledAt } = await play(crash);
    const { calls } = world.provider.state;
    const from = operation.died;
    const auth = authNow(world, 0);
    const over = auth?.state === 'needs_reconnect';
    const further = calls.slice(from?.tokenCalls ?? calls.length);
    const furtherCalls = further.filter(({ sentAt }) => over || sentAt <= (settledAt() ?? Infinity)).length;
    const ends = crew.taken().filter(({ type }) => type === 'auth.needs_reconnect').length;
    checkVault(world);
    crew.begun(0, proxied(world));
    await runAll(world);
    await checkEnd(world, crew, 0);
    checkStore(world);
    for (const { name } of crew.stuck()) world.breaks(`${name} never ends`);
    return {
      operation,
      recovery,
      broken: world.broken,
      state: auth?.state,
      cause: auth?.cause,
      answerLost: calls.some(({ granted, keptAt }) => granted && keptAt === undefined),
      ends,
      furtherCalls,
      took: from && settledAt() !== undefined ? settledAt()! - from.at : undefined,
      trace: world.trace,
    };
  });
