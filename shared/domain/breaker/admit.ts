import { newEvent, type LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { insertAndTell, replaceAndTell } from '../outbox.ts';
import type { ServiceInUse } from '../services/current.ts';
import { RenewalsPaused, RenewalsResumed } from '../services/events.ts';
import { serviceKey, services } from '../services/service.ts';
import {
  afterAnswer,
  afterFailure,
  afterProbeTaken,
  breakerKey,
  breakers,
  isTrying,
  type Breaker,
} from './breaker.ts';

interface Place {
  readonly organizationId: string;
  readonly serviceId: string;
  readonly host: string;
}

/** What came of a call, as far as a breaker counts it. `client`: the provider is well and refuses the application. */
interface Failure {
  readonly kind: string;
  readonly code: string;
}

/** How it stands with a token endpoint after a failure. */
export interface Standing {
  /** Until when no other call is made, where the breaker is open now. */
  readonly pausedUntil: number | undefined;
  /** How many calls in a row have failed there, whichever auths they befell. */
  readonly inARow: number;
}

/** Whether a call to a token endpoint may be made, and whom to tell what came of it. */
export interface Admission {
  /**
   * Present while no call may be made: the failure that was the reason, until when, and whether just now somebody else is trying,
   * so that more may be known in a moment.
   */
  readonly paused?: { readonly code: string; readonly until: number; readonly trying: boolean };
  readonly answered: () => Promise<undefined>;
  /** Undefined where nothing is known: an auth whose endpoint is its own, or too many writers. */
  readonly failed: (failure: Failure) => Promise<Standing | undefined>;
}

const nothing = () => Promise.resolve(undefined);

const rounds = 20;

const news = async (deps: Deps, before: Breaker, after: Breaker): Promise<readonly LatchkeyEvent[]> => {
  const { organizationId, serviceId } = after;
  if ((before.opened === undefined) === (after.opened === undefined)) return [];
  // That the application is refused is told already.
  if ((before.opened ?? after.opened)?.silent) return [];
  const service = await deps.store.get(services, serviceKey(organizationId, serviceId));
  if (!service) return [];
  // The host stays untold: where a field makes part of it, it names a customer of the platform.
  const about = { serviceId, workspaceId: service.workspaceId };
  if (after.opened)
    return [newEvent(deps, RenewalsPaused, { organizationId, data: { ...about, code: after.opened.code } })];
  const pausedSeconds = Math.round((after.changedAt - (before.opened?.at ?? after.changedAt)) / 1000);
  return [newEvent(deps, RenewalsResumed, { organizationId, data: { ...about, pausedSeconds } })];
};

/** Changes the breaker as it is now, whoever writes it meanwhile. A breaker that stays as it was is not written. */
const amend = async (
  deps: Deps,
  place: Place,
  change: (breaker: Breaker) => Breaker,
): Promise<Breaker | undefined> => {
  for (let round = 0; round < rounds; round += 1) {
    const found = await deps.store.get(breakers, breakerKey(place));
    const current = found ?? { ...place, failures: 0, changedAt: 0, outbox: [], revision: 0 };
    const next = change(current);
    if (next === current) return current;
    const told = { ...next, outbox: [...next.outbox, ...(await news(deps, current, next))] };
    const written = await (found ? replaceAndTell : insertAndTell)(deps, breakers, told);
    if (written) return written;
  }
  return undefined;
};

/** The endpoints at which a call of this process has failed since one was answered there. */
const failedAt = new WeakMap<Deps, Set<string>>();

const failuresOf = (deps: Deps): Set<string> => {
  const found = failedAt.get(deps) ?? new Set();
  failedAt.set(deps, found);
  return found;
};

const reports = (deps: Deps, place: Place, known: Breaker | undefined): Admission => {
  const spotless = known === undefined || (known.failures === 0 && !known.opened);
  const failures = failuresOf(deps);
  const name = JSON.stringify(place);
  return {
    answered: async () => {
      // What was spotless when this call began may have failed for those beside it: five of them are no row with it between.
      if (!failures.delete(name) && spotless) return;
      await amend(deps, place, (breaker) =>
        breaker.failures === 0 && !breaker.opened ? breaker : afterAnswer(breaker, deps.clock.now()),
      );
    },
    failed: async ({ kind, code }) => {
      failures.add(name);
      const failure = { code, silent: kind === 'client' };
      const breaker = await amend(deps, place, (current) => afterFailure(current, failure, deps.clock.now()));
      return breaker && { pausedUntil: breaker.opened?.probeAt, inARow: breaker.failures };
    },
  };
};

/**
 * Asks whether a token endpoint may be called: not while the breaker of the service and host is open, save for one call now
 * and then that tries whether the provider is back. One read; writes only around failures.
 */
export const admit = async (deps: Deps, service: ServiceInUse, host: string): Promise<Admission> => {
  const { id: serviceId, organizationId } = service;
  // A generic auth shares its endpoint with no other.
  if (serviceId === undefined) return { answered: nothing, failed: nothing };
  const place = { organizationId, serviceId, host };
  const known = await deps.store.get(breakers, breakerKey(place));
  const admission = reports(deps, place, known);
  if (!known?.opened) return admission;
  const probing = afterProbeTaken(known, deps.clock.now());
  if (probing && (await replaceAndTell(deps, breakers, probing))) return admission;
  const { code, probeAt } = (probing ?? known).opened ?? known.opened;
  const trying = isTrying(probing ?? known, deps.clock.now());
  return { ...admission, paused: { code, until: probeAt, trying } };
};
