import { AppError } from '../../errors.ts';
import { newEvent, type LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import { LifetimeSuspected, LifetimeWithdrawn } from '../services/events.ts';
import { serviceKey, services, type Service } from '../services/service.ts';
import { allEnds, endsKey, type Ends, type EndsPlace } from './ends.ts';
import { tieIn } from './tie-in.ts';

type Mark = NonNullable<Service['suspectedLifetimes']>[string];

const tries = 20;

const advice =
  'Look whether the provider has approved the OAuth application for tests only, and if so record that at its umbrella. Otherwise say in the service how long its auths live. The people of auths near this age will have to connect again.';

interface Marks {
  readonly environment: string;
  readonly had: Mark | undefined;
  readonly has: Mark | undefined;
  /** Why what it had is gone. */
  readonly reason: NonNullable<Ends['withdrawn']>;
}

/** What is told of a service whose mark has changed. */
const news = (
  deps: Deps,
  service: Service,
  { environment, had, has, reason }: Marks,
): readonly LatchkeyEvent[] => {
  const { organizationId, id: serviceId, workspaceId } = service;
  const about = { serviceId, workspaceId, environment };
  const gone = had && ({ ...about, seconds: had.seconds, reason } as const);
  const come = has && { ...about, seconds: has.seconds, ends: has.ends, advice };
  return [
    ...(gone ? [newEvent(deps, LifetimeWithdrawn, { organizationId, data: gone })] : []),
    ...(come ? [newEvent(deps, LifetimeSuspected, { organizationId, data: come })] : []),
  ];
};

/** Sets or takes back the mark of one environment. Its public version stays: nobody has edited it. */
const marked = (deps: Deps, service: Service, marks: Marks): Service => {
  const { [marks.environment]: _, ...others } = service.suspectedLifetimes ?? {};
  const all = { ...others, ...(marks.has && { [marks.environment]: marks.has }) };
  return {
    ...service,
    suspectedLifetimes: Object.keys(all).length > 0 ? all : undefined,
    outbox: [...service.outbox, ...news(deps, service, marks)],
  };
};

/**
 * Has a service bear what its ends say. They are read after the service, and both again after each write, so that of two who meet
 * the last one sees what stands.
 */
export const markService = async (deps: Deps, place: EndsPlace): Promise<void> => {
  const { organizationId, serviceId, environment, tie } = place;
  for (let round = 0; round < tries; round += 1) {
    const service = await deps.store.get(services, serviceKey(organizationId, serviceId));
    if (!service || service.removedAt !== undefined) return;
    if (tieIn(service.definition, environment) !== tie) return;
    const item = await deps.store.get(allEnds, endsKey(place));
    if (!item) return;
    const had = service.suspectedLifetimes?.[environment];
    const has = item.suspected && {
      seconds: item.suspected.seconds,
      since: item.suspected.since,
      ends: item.suspected.ends,
    };
    const { withdrawn: reason = 'outlived' } = item;
    if (had?.seconds === has?.seconds && had?.since === has?.since) return;
    await replaceAndTell(deps, services, marked(deps, service, { environment, had, has, reason }));
  }
  throw new AppError(503, 'too_contended', 'Too many writers met on a service.');
};
