import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LatchkeyEvent } from '#shared/events.ts';
import { newId } from '#shared/ids.ts';
import { manualClock } from '#shared/memory/clock.ts';
import { seededRandom } from '#shared/memory/random.ts';
import type { Bus } from '#shared/ports.ts';

const deps = { clock: manualClock(Date.UTC(2026, 0, 2, 3, 4, 5)), random: seededRandom(7) };
const organizationId = newId('organization', deps);

/** An event as the product publishes it, its data free to choose. */
export const sampleEvent = (data: Record<string, unknown> = {}, type = 'auth.connected'): LatchkeyEvent => ({
  id: newId('event', deps),
  type,
  version: 1,
  time: new Date(deps.clock.now()).toISOString(),
  organizationId,
  data,
});

const byId = (left: LatchkeyEvent, right: LatchkeyEvent) => left.id.localeCompare(right.id);

/** What every bus must do. `published` tells what has come out at the other end since the bus was opened. */
export const describeBus = (
  name: string,
  open: () => Promise<{ readonly bus: Bus; readonly published: () => Promise<readonly LatchkeyEvent[]> }>,
) => {
  describe(`the bus: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeEach(async () => {
      opened = await open();
    });

    const publishAndRead = async (events: readonly LatchkeyEvent[]) => {
      await opened.bus.publish(events);
      return [...(await opened.published())].sort(byId);
    };

    it('publishes nothing for no events', async () => {
      expect(await publishAndRead([])).toEqual([]);
    });

    it('carries an event whole', async () => {
      const event = sampleEvent({ authId: 'auth_1', reasons: ['ü', { deep: null }], count: 3 });
      expect(await publishAndRead([event])).toEqual([event]);
    });

    it.each([1, 10, 11, 37])('publishes each of %d events once', async (count) => {
      const events = Array.from({ length: count }, (_, n) => sampleEvent({ n }));
      expect(await publishAndRead(events)).toEqual([...events].sort(byId));
    });

    it('publishes events that are large together', async () => {
      const events = Array.from({ length: 9 }, (_, n) => sampleEvent({ n, text: 'é'.repeat(40_000) }));
      expect(await publishAndRead(events)).toEqual([...events].sort(byId));
    });

    it('publishes again what is given again', async () => {
      const event = sampleEvent();
      await opened.bus.publish([event]);
      expect(await publishAndRead([event])).toEqual([event, event]);
    });

    it('holds no event that changes afterwards', async () => {
      const event = sampleEvent({ list: [1] });
      await opened.bus.publish([event]);
      (event.data['list'] as number[]).push(2);
      expect((await opened.published())[0]?.data).toEqual({ list: [1] });
    });
  });
};
