import { flushOutbox } from '#shared/domain/schedule/flush-outboxes.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { patchService } from '#shared/domain/services/patch.ts';
import { services, type Service } from '#shared/domain/services/service.ts';
import { tellServiceDates } from '#shared/domain/services/tell-dates.ts';
import { seededRandom } from '#shared/memory/random.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { hour, otherProcess, start, world, type World } from '../../../../support/deps.ts';
import { countingTokens, oauth2Document } from '../../../../support/nouns.ts';

export let w: World;
let worked: number;
/** What each test begins with. */
export const setStage = async () => {
  w = await world();
  worked = 0;
  w.http.answers(countingTokens());
};

export const at = (milliseconds: number) => new Date(start + milliseconds).toISOString();
export const expiring = (expiresAt: string, parts: object = {}) =>
  oauth2Document({ auth: { clientSecretExpiresAt: expiresAt }, ...parts });
export const where = ({ id: serviceId }: Pick<Service, 'id'>) => ({
  organizationId: w.organizationId,
  workspaceId: w.workspaceId,
  serviceId,
});
export const patch = (service: Service, change: Record<string, unknown>) =>
  patchService(w.deps, { ...where(service), patch: change, ifMatch: undefined });

/** Does what the events of work ask for that were published since, each message twice. */
export const work = async (deps: Deps): Promise<void> => {
  for (; worked < w.bus.events.length; worked += 1) {
    const { type, organizationId, data } = w.bus.events[worked]!;
    for (let times = 0; times < 2; times += 1) {
      if (type === 'service.dates_due')
        for (const serviceId of data['serviceIds'] as string[])
          await tellServiceDates(deps, { organizationId, serviceId }).catch(() => undefined);
      if (type === 'outbox.due')
        for (const item of data['items'] as Parameters<typeof flushOutbox>[1][])
          await flushOutbox(deps, item).catch(() => undefined);
    }
  }
};

/** Lets time pass in steps, with the schedules at work. */
export const live = async (milliseconds: number, step = hour, deps: Deps = w.deps): Promise<void> => {
  for (let passed = 0; passed < milliseconds; passed += step) {
    await w.clock.advance(step);
    await sweep(deps).catch(() => undefined);
    await work(deps);
    await sweepFromStart(deps).catch(() => undefined);
    await work(deps);
  }
};

export const heard = (type: string) => [
  ...new Map(w.bus.events.filter((event) => event.type === type).map((event) => [event.id, event])).values(),
];
export const secretNews = () => heard('service.client_secret_expiring');
export const leadDays = (type = 'service.client_secret_expiring') =>
  heard(type).map(({ data }) => Number(data['leadSeconds']) / 86_400);

/** A world in which the bus refuses, and processes die before and after they write, one time in ten each. */
export const stormy = (seed: number): Deps => {
  const random = seededRandom(seed);
  const strikes = () => (random.bytes(1)[0] ?? 0) < 26;
  const replace: Store['replace'] = async (collection, item) => {
    if (collection.name !== services.name) return w.deps.store.replace(collection, item);
    if (strikes()) throw new Error('killed before');
    const written = await w.deps.store.replace(collection, item);
    if (strikes()) throw new Error('killed after');
    return written;
  };
  return otherProcess(w.deps, {
    store: { ...w.deps.store, replace },
    bus: {
      publish: (events) => (strikes() ? Promise.reject(new Error('down')) : w.deps.bus.publish(events)),
    },
  });
};
