import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { concurrencyOf } from '../services/concurrency.ts';
import { RefreshDue } from './due-events.ts';
import { givePassBack, passMilliseconds, takePass, type Pass } from './passes.ts';
import { refreshIfDue, type Mishap } from './refresh-if-due.ts';

/** How many renewals one worker has under way at once at the most. */
const sideBySide = 20;

/**
 * The first renewals of a message begin so many milliseconds apart. Begun in one moment they would stay in step, all idle while the
 * provider answers, then all waiting for each other's writes.
 */
const apart = 12;

/** The longest that one renewal takes: waiting for the lease of another, then its own, with two calls where a grace allows it. */
const longestRenewal = 225_000;

/** How long a worker waits for a pass at the most: meanwhile it does nothing for other services. */
const patience = 500;

/**
 * How long what found no free call is asked for again. Longer than from one sweep from the start to the next, which asks for all
 * that is still due: else each of these would add to the messages that go round while a service is saturated.
 */
const longestRound = 20 * 60_000;

interface Batch {
  readonly organizationId: string;
  readonly authIds: readonly string[];
}

interface Done {
  /** Not begun, for it might not have ended in time. */
  readonly left: readonly string[];
  readonly failures: readonly unknown[];
  readonly mishaps: readonly Mishap[];
}

/** Renews some auths, so many side by side, and begins none that could outlast the pass. */
const renew = async (
  deps: Deps,
  { organizationId, authIds }: Batch,
  { calls, until }: Pick<Pass, 'calls' | 'until'>,
): Promise<Done> => {
  const waiting = [...authIds];
  const mishaps: Mishap[] = [];
  const failures: unknown[] = [];
  const begun: Promise<void>[] = [];
  const begin = async (authId: string, callOver: () => void) => {
    try {
      const mishap = await refreshIfDue(deps, { organizationId, authId, callOver });
      if (mishap) mishaps.push(mishap);
    } catch (error) {
      failures.push(error);
    }
    callOver();
  };
  const work = async (_: unknown, place: number) => {
    await deps.clock.sleep(place * apart);
    while (deps.clock.now() + longestRenewal < until) {
      const id = waiting.shift();
      if (id === undefined) return;
      // It is the provider's calls that are counted: the next begins while this one's answer is being written.
      await new Promise<void>((callOver) => begun.push(begin(id, callOver)));
    }
  };
  await Promise.all(Array.from({ length: Math.min(calls, authIds.length) }, work));
  await Promise.all(begun);
  return { left: waiting, failures, mishaps };
};

type BatchOfService = Batch & { readonly serviceId: string };

/** Looks for free calls of the service, and once more a moment later: workers that wait do not come back all together. */
const awaitPass = async (
  deps: Deps,
  { organizationId, serviceId, authIds }: BatchOfService,
): Promise<Pass | undefined> => {
  const wanted = {
    cap: await concurrencyOf(deps, organizationId, serviceId),
    calls: Math.min(sideBySide, authIds.length),
  };
  const pass = await takePass(deps, { organizationId, serviceId }, wanted);
  if (pass) return pass;
  await deps.clock.sleep(Math.ceil((patience * ((deps.random.bytes(1)[0] ?? 0) + 1)) / 256));
  return takePass(deps, { organizationId, serviceId }, wanted);
};

const renewOfService = async (deps: Deps, batch: BatchOfService): Promise<Done> => {
  const pass = await awaitPass(deps, batch);
  if (!pass) return { left: batch.authIds, failures: [], mishaps: [] };
  const done = await renew(deps, batch, pass);
  // A pass that could not be given back ends by itself; the renewals are done all the same.
  await givePassBack(deps, batch, pass).catch(() => undefined);
  return done;
};

interface DueAuths {
  readonly authIds: readonly string[];
  /** The one service of all; absent for generic auths, which have none. */
  readonly serviceId?: string | undefined;
  /** When they first found no free call. ISO 8601. */
  readonly since?: string | undefined;
}

/** Asks again for what found no free call, or no time, unless the sweep has done so by now. */
const askAgain = async (
  deps: Deps,
  organizationId: string,
  { authIds, serviceId, since = iso(deps.clock.now()) }: DueAuths,
): Promise<void> => {
  if (authIds.length === 0 || deps.clock.now() - Date.parse(since) > longestRound) return;
  const data = { authIds: [...authIds], serviceId, since };
  await deps.bus.publish([newEvent(deps, RefreshDue, { organizationId, data })]);
};

/**
 * Renews those of some auths that are due, some side by side. Harmless for the rest. Renewals of a service take part in its cap
 * by one pass for all of them (ADR 0014). What finds no free call, or no time, is asked for again by a new event, so that it goes
 * to the end of the queue and other services have their turn; for twenty minutes, then by the sweep. Renewals that a person or a proxied call waits for take no
 * pass: as many are under way as their callers ask for. Answers those that errors of ours kept from it. Rejects when a port
 * failed for one.
 */
export const refreshDueAuths = async (
  deps: Deps,
  organizationId: string,
  { authIds, serviceId, since }: DueAuths,
): Promise<readonly Mishap[]> => {
  const batch = { organizationId, authIds };
  const unbounded = { calls: sideBySide, until: deps.clock.now() + passMilliseconds };
  const { left, failures, mishaps } =
    serviceId === undefined
      ? await renew(deps, batch, unbounded)
      : await renewOfService(deps, { ...batch, serviceId });
  await askAgain(deps, organizationId, { authIds: left, serviceId, since });
  if (failures.length > 0) throw new AggregateError(failures, 'Some auths could not be renewed.');
  return mishaps;
};
