import { beforeEach, describe, expect, it } from '@jest/globals';
import { flights, memory } from '#shared/domain/memory.ts';
import { memoryPorts, otherProcess } from '../../support/deps.ts';

let ports: ReturnType<typeof memoryPorts>;
let loads: number;
beforeEach(() => {
  ports = memoryPorts();
  loads = 0;
});

const load = () => {
  loads += 1;
  return Promise.resolve(loads);
};

describe('the memory of a process', () => {
  it('loads once for all who ask, and again when what it knows is old', async () => {
    const known = memory<number>(1000);
    const ask = () => known.recall(ports.deps, 'a', load);
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    await ports.clock.advance(999);
    expect(await ask()).toBe(1);
    await ports.clock.advance(1);
    expect(await ask()).toBe(2);
  });

  it('keeps no failure', async () => {
    const known = memory<number>(1000);
    await expect(known.recall(ports.deps, 'a', () => Promise.reject(new Error('down')))).rejects.toThrow(
      'down',
    );
    expect(await known.recall(ports.deps, 'a', load)).toBe(1);
  });

  it('drops what is oldest when it is full', async () => {
    const known = memory<number>(1000, 2);
    for (const key of ['a', 'b', 'c', 'b', 'a']) await known.recall(ports.deps, key, load);
    expect(loads).toBe(4);
  });

  it('belongs to its process', async () => {
    const known = memory<number>(1000);
    await known.recall(ports.deps, 'a', load);
    expect(await known.recall(otherProcess(ports.deps), 'a', load)).toBe(2);
  });
});

describe('a flight', () => {
  it('is shared while it is under way, failures and all, and no longer', async () => {
    const flight = flights<number>();
    const ask = (start = load) => flight(ports.deps, 'a', start);
    expect(await Promise.all([ask(), ask(), flight(ports.deps, 'b', load)])).toEqual([1, 1, 2]);
    expect(await ask()).toBe(3);
    const failing = [ask(() => Promise.reject(new Error('down'))), ask()];
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask()).toBe(4);
  });
});
