import { beforeEach, describe, expect, it } from '@jest/globals';
import { services } from '#shared/domain/services/service.ts';
import type { Store } from '#shared/ports.ts';
import { day, otherProcess, start } from '../../../support/deps.ts';
import { ended, endsOf, outlived } from './told.ts';
import { atAges, ends, fiveAWeek, hears, lifetimeNews, mark, service, setStage, w, week } from './stage.ts';

beforeEach(setStage);

describe('ends that are told again', () => {
  const written = () => w.store.dump();

  it('change nothing, also when they have long dropped out of the last 20', async () => {
    const events = atAges(Array.from({ length: 40 }, (_, index) => week + index * 60)).map((lived) =>
      ended(w, service, lived),
    );
    for (const event of events) await hears(event);
    const before = written();
    for (const event of events) await hears(event);
    expect(written()).toBe(before);
  });

  it('count once, also when they come out of order', async () => {
    const [first] = fiveAWeek;
    await ends(...[...fiveAWeek.slice(0, 4)].reverse(), ...fiveAWeek.slice(0, 4), first!);
    expect(await mark()).toBeUndefined();
  });

  it('are two when the person has connected again in between', async () => {
    await ends(...[1, 2, 3, 4, 5].map((epoch) => ({ auth: 1, epoch, seconds: week })));
    expect(await mark()).toMatchObject({ seconds: week, ends: 5 });
  });

  it('mark the service after all when the process died before it had', async () => {
    await ends(...fiveAWeek.slice(0, 4));
    const last = ended(w, service, fiveAWeek[4]!);
    const replace: Store['replace'] = (collection, item) =>
      collection.name === services.name
        ? Promise.reject(new Error('gone'))
        : w.deps.store.replace(collection, item);
    const dying = otherProcess(w.deps, { store: { ...w.deps.store, replace } });
    await expect(hears(last, dying)).rejects.toThrow('gone');
    expect(await mark()).toBeUndefined();
    await hears(last);
    expect(await mark()).toMatchObject({ seconds: week });
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected']);
  });

  it('of a service that is gone, or of before lives were told, teach nothing', async () => {
    const { life, ...data } = ended(w, service, fiveAWeek[0]!).data;
    expect(life).toBeDefined();
    await hears({ ...ended(w, service, fiveAWeek[0]!), data });
    await hears(ended(w, { ...service, id: `svc_${'0'.repeat(26)}` }, fiveAWeek[0]!));
    expect(w.store.keys().filter((key) => key.includes('ENDS#'))).toEqual([]);
  });
});

describe('two who learn at once', () => {
  /** Two processes whose reads and writes alternate. */
  const side = () => {
    const slow =
      <A extends readonly unknown[], R>(run: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        return run(...args);
      };
    const { store } = w.deps;
    const slowed = {
      ...store,
      get: slow(store.get),
      insert: slow(store.insert),
      replace: slow(store.replace),
    };
    return otherProcess(w.deps, { store: slowed });
  };

  it('lose no end, and tell once', async () => {
    const events = atAges(Array.from({ length: 12 }, (_, index) => week + index)).map((lived) =>
      ended(w, service, lived),
    );
    await Promise.all(events.map((event) => hears(event, side())));
    expect((await endsOf(w, service))?.ends).toHaveLength(12);
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected']);
  });

  /** A process that dies after it has noted what it heard, before it looks at the service again. */
  const dying = () => {
    let looks = 0;
    const get: Store['get'] = (collection, key) =>
      collection.name === services.name && (looks += 1) > 1
        ? Promise.reject(new Error('gone'))
        : w.deps.store.get(collection, key);
    return otherProcess(w.deps, { store: { ...w.deps.store, get } });
  };

  it('leave the service as its ends say, though one was slow to mark what others have withdrawn', async () => {
    await ends(...fiveAWeek.slice(0, 4));
    let stalled = true;
    const get: Store['get'] = async (collection, key) => {
      const found = await w.deps.store.get(collection, key);
      if (collection.name !== 'ends' || !stalled || !(await endsOf(w, service))?.suspected) return found;
      // The age is believed, and read; before the service bears it, three have outlived it.
      stalled = false;
      for (const auth of [101, 102, 103]) {
        const event = outlived(w, service, { auth, consentedAt: start + day, seconds: 2 * week });
        await expect(hears(event, dying())).rejects.toThrow('gone');
      }
      return found;
    };
    const slow = otherProcess(w.deps, { store: { ...w.deps.store, get } });
    await hears(ended(w, service, fiveAWeek[4]!), slow);
    expect(stalled).toBe(false);
    expect((await endsOf(w, service))?.suspected).toBeUndefined();
    expect(await mark()).toBeUndefined();
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected', 'service.lifetime_withdrawn']);
  });
});
