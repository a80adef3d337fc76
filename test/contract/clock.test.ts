import { describe, expect, it } from '@jest/globals';
import { systemClock } from '#shared/aws/clock.ts';
import { systemRandom } from '#shared/aws/random.ts';
import { manualClock } from '#shared/memory/clock.ts';
import { seededRandom } from '#shared/memory/random.ts';

describe('the manual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = manualClock(1000);
    expect(clock.now()).toBe(1000);
    await clock.advance(500);
    expect(clock.now()).toBe(1500);
  });

  it('wakes sleepers in the order of their times, each at its own time', async () => {
    const clock = manualClock(0);
    const woken: [string, number][] = [];
    const sleeper = async (name: string, milliseconds: number) => {
      await clock.sleep(milliseconds);
      woken.push([name, clock.now()]);
    };
    const all = [sleeper('late', 300), sleeper('early', 100), sleeper('never', 1001)];
    await clock.advance(1000);
    expect(woken).toEqual([
      ['early', 100],
      ['late', 300],
    ]);
    await clock.advance(1);
    await Promise.all(all);
    expect(woken.at(-1)).toEqual(['never', 1001]);
  });

  it('wakes again who sleeps again within the same move', async () => {
    const clock = manualClock(0);
    let beats = 0;
    const beat = async (): Promise<void> => {
      await clock.sleep(10);
      beats += 1;
      await beat();
    };
    void beat();
    await clock.advance(95);
    expect([beats, clock.now()]).toEqual([9, 95]);
  });

  it('does not wait for no time', async () => {
    await expect(manualClock(0).sleep(0)).resolves.toBeUndefined();
  });
});

describe('the system clock', () => {
  it('waits at least about as long as asked', async () => {
    const before = systemClock.now();
    await systemClock.sleep(30);
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(28);
  });
});

describe('randomness', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(seededRandom(1).bytes(40)).toEqual(seededRandom(1).bytes(40));
    expect(seededRandom(1).bytes(40)).not.toEqual(seededRandom(2).bytes(40));
  });

  it('goes on rather than beginning again', () => {
    const random = seededRandom(1);
    expect(random.bytes(16)).not.toEqual(random.bytes(16));
  });

  it.each([
    ['seeded', seededRandom(5)],
    ['of the system', systemRandom],
  ])('%s: gives every byte about as often', (_, random) => {
    const counts = new Map<number, number>();
    for (const byte of random.bytes(256 * 400)) counts.set(byte, (counts.get(byte) ?? 0) + 1);
    expect(counts.size).toBe(256);
    expect(Math.min(...counts.values())).toBeGreaterThan(280);
    expect(Math.max(...counts.values())).toBeLessThan(520);
  });
});
