import { keySealer } from '#shared/aws/sealer.ts';
import { foundOrganization } from '#shared/domain/deployment/found.ts';
import { memoryBus } from '#shared/memory/bus.ts';
import { memoryNotices } from '#shared/memory/notices.ts';
import { manualClock, type ManualClock } from '#shared/memory/clock.ts';
import { seededRandom } from '#shared/memory/random.ts';
import type { Deps } from '#shared/ports.ts';
import { scriptedHttp, watchedStore, watchedVault } from './watched.ts';

/** When every test begins: a Monday at nine. */
export const start = Date.UTC(2026, 2, 2, 9);

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** All ports in memory, and the handles by which a test sees and steers them. */
export const memoryPorts = (seed = 7) => {
  const clock = manualClock(start);
  const random = seededRandom(seed);
  const store = watchedStore(clock);
  const vault = watchedVault();
  const bus = memoryBus();
  const http = scriptedHttp();
  const notices = memoryNotices();
  const sealingKey = Uint8Array.from({ length: 32 }, (_, place) => place);
  const deps: Deps = {
    store: store.store,
    vault: vault.vault,
    sealer: keySealer({ key: () => Promise.resolve(sealingKey), random }),
    bus,
    http: http.http,
    notices,
    clock,
    random,
    settings: { publicUrl: 'https://latchkey.example', plainHttp: false },
  };
  return { deps, clock, store, vault, bus, http, notices };
};

/** The same with an organization founded. */
export const world = async (seed?: number) => {
  const ports = memoryPorts(seed);
  const { organizationId, workspaceId } = await foundOrganization(ports.deps);
  return { ...ports, organizationId, workspaceId };
};

export type World = Awaited<ReturnType<typeof world>>;

/** Another process: the same store, vault and world, nothing in its own memory. */
export const otherProcess = (deps: Deps, ports: Partial<Deps> = {}): Deps => ({ ...deps, ...ports });

/** Lets everything run that waits for nothing but its turn. */
export const turns = async (count = 30): Promise<void> => {
  for (let index = 0; index < count; index += 1)
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
};

/** Lets virtual time run until a promise is settled; answers as it does. */
export const passing = async <T>(clock: ManualClock, work: Promise<T>, step = 250): Promise<T> => {
  const settled = new Set<boolean>();
  const settle = () => settled.add(true);
  work.then(settle, settle);
  for (let round = 0; round < 5000; round += 1) {
    await turns(5);
    if (settled.size > 0) return work;
    // What runs outside of the event loop, such as sealing, needs real time on a busy machine.
    if (round % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 1));
    await clock.advance(step);
  }
  throw new Error('Virtual time passed and nothing came of it.');
};

/** The types of the events published, in order. */
export const told = ({ bus }: Pick<World, 'bus'>, prefix = ''): string[] =>
  bus.events.map(({ type }) => type).filter((type) => type.startsWith(prefix));
