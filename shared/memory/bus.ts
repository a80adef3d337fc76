import type { LatchkeyEvent } from '#shared/events.ts';
import type { Bus } from '#shared/ports.ts';

/** A bus that keeps what was published, in order. */
export interface MemoryBus extends Bus {
  readonly events: readonly LatchkeyEvent[];
}

/** A bus in memory, for tests and simulation. */
export const memoryBus = (): MemoryBus => {
  const events: LatchkeyEvent[] = [];
  return {
    events,
    publish: (published) => {
      events.push(...structuredClone(published));
      return Promise.resolve();
    },
  };
};
