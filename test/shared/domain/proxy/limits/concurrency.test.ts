import { beforeEach, describe, expect, it } from '@jest/globals';
import { discard } from '#shared/domain/discard.ts';
import { minute, otherProcess, passing, world, type World } from '../../../../support/deps.ts';
import { answer } from '../../../../support/watched.ts';
import { counted, limited, read, tenants, tried } from './ground.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const atOnce = (concurrency: number) => ({ concurrency });

describe('a limit on calls at once', () => {
  it('counts a call until the last byte of its answer is read, in every process', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: atOnce(2) }), 1);
    const other = otherProcess(w.deps);
    const open = [await tried(w.deps, auth!), await tried(other, auth!)];
    expect(open.map(({ code }) => code)).toEqual(['sent', 'sent']);
    for (const deps of [w.deps, other])
      expect(await tried(deps, auth!)).toEqual({ code: 'too_many_calls', after: '1' });
    expect(await read(open[0]!)).toBe('hello');
    expect((await tried(other, auth!)).code).toBe('sent');
    expect((await tried(w.deps, auth!)).code).toBe('too_many_calls');
  });

  it('lets a call go whose answer is thrown away, whose reader leaves, and one that fails', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: atOnce(1) }), 1);
    const free = async () => (await tried(w.deps, auth!)).response!;
    await discard(await free());
    await (await free()).body[Symbol.asyncIterator]().return?.();
    const broken = async function* () {
      await Promise.resolve();
      yield Buffer.from('half');
      throw new Error('broke off');
    };
    const half = await tried(w.deps, auth!, () => Promise.resolve(answer(200, broken())));
    await expect(read(half)).rejects.toThrow('broke off');
    for (let times = 0; times < 2; times += 1)
      expect((await tried(w.deps, auth!, () => Promise.reject(new Error('down')))).code).toBe('failed');
    expect(await read({ response: await free() })).toBe('hello');
    const of = await passing(w.clock, Promise.all([1, 2, 3].map(() => tried(otherProcess(w.deps), auth!))));
    expect(of.map(({ code }) => code).sort()).toEqual(['sent', 'too_many_calls', 'too_many_calls']);
  });

  it('is one for all auths of a service, of which one takes half where the definition does not say', async () => {
    const [greedy, modest] = await tenants(w, await limited(w, { service: atOnce(4) }), 2);
    const codes = async (auth: typeof greedy) => {
      const made: string[] = [];
      for (let index = 0; index < 3; index += 1) made.push((await tried(w.deps, auth!)).code);
      return made;
    };
    expect(await codes(greedy)).toEqual(['sent', 'sent', 'too_many_calls']);
    expect(await codes(modest)).toEqual(['sent', 'sent', 'too_many_calls']);
  });

  it('takes nothing of the rate for a call that it has refused', async () => {
    const limits = { auth: { rate: { calls: 3, seconds: 60 }, concurrency: 1 } };
    const [auth] = await tenants(w, await limited(w, limits), 1);
    const open = await tried(w.deps, auth!);
    for (let index = 0; index < 9; index += 1)
      expect((await tried(w.deps, auth!)).code).toBe('too_many_calls');
    await read(open);
    expect(await read(await tried(w.deps, auth!))).toBe('hello');
    expect(await read(await tried(w.deps, auth!))).toBe('hello');
    expect((await tried(w.deps, auth!)).code).toBe('rate_limited');
  });

  it('gives the place of a process that has died to others after a minute', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: atOnce(1) }), 1);
    await tried(otherProcess(w.deps), auth!);
    await w.clock.advance(minute - 1);
    expect((await tried(w.deps, auth!)).code).toBe('too_many_calls');
    await w.clock.advance(1);
    expect((await tried(w.deps, auth!)).code).toBe('sent');
  });

  it('keeps the place of a stream for as long as something comes', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: atOnce(1) }), 1);
    const ticks = async function* () {
      for (;;) yield await Promise.resolve(Buffer.from('tick'));
    };
    const open = await tried(w.deps, auth!, () => Promise.resolve(answer(200, ticks())));
    const stream = open.response!.body[Symbol.asyncIterator]();
    for (let times = 0; times < 20; times += 1) {
      await w.clock.advance(40_000);
      await stream.next();
    }
    expect((await tried(otherProcess(w.deps), auth!)).code).toBe('too_many_calls');
    await stream.return?.();
    expect((await tried(otherProcess(w.deps), auth!)).code).toBe('sent');
  });

  it('costs two writes for a call, and none for one that is refused', async () => {
    const { store, count } = counted(w.deps.store);
    const deps = { ...w.deps, store };
    const [auth] = await tenants(w, await limited(w, { auth: atOnce(1) }), 1);
    const open = await tried(deps, auth!);
    await tried(deps, auth!);
    await read(open);
    expect(count).toEqual({ reads: 3, writes: 2 });
  });

  it('is kept by no answer when the place cannot be given back', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: atOnce(1) }), 1);
    let fails = false;
    const { get } = w.deps.store;
    const store: typeof w.deps.store = {
      ...w.deps.store,
      get: (collection, key) =>
        fails && collection.name === 'call_seats' ? Promise.reject(new Error('down')) : get(collection, key),
    };
    const open = await tried({ ...w.deps, store }, auth!);
    fails = true;
    expect(await read(open)).toBe('hello');
  });

  it('holds over processes that begin and end calls in the same moments', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: atOnce(3) }), 1);
    let under = 0;
    let most = 0;
    let good = 0;
    const worker = async (index: number) => {
      const deps = otherProcess(w.deps);
      for (let times = 0; times < 10; times += 1) {
        const made = await tried(deps, auth!, async () => {
          under += 1;
          most = Math.max(most, under);
          await w.clock.sleep(10 * (index + 1));
          return answer(200, 'hello');
        });
        if (made.code === 'sent') {
          good += 1;
          under -= 1;
          await read(made);
        } else await w.clock.sleep(15);
      }
    };
    await passing(w.clock, Promise.all([0, 1, 2, 3, 4, 5].map(worker)), 5);
    expect(most).toBe(3);
    expect(good).toBeGreaterThan(10);
    for (let index = 0; index < 3; index += 1) expect((await tried(w.deps, auth!)).code).toBe('sent');
  });
});

describe('where no limit is stated', () => {
  it('one auth has 200 calls at once in a process, and leaves the process to the others', async () => {
    const [greedy, modest] = await tenants(w, await limited(w, undefined), 2);
    const open = [];
    for (let index = 0; index < 200; index += 1) open.push(await tried(w.deps, greedy!));
    expect(await tried(w.deps, greedy!)).toEqual({ code: 'too_many_calls', after: '1' });
    expect((await tried(w.deps, modest!)).code).toBe('sent');
    expect((await tried(otherProcess(w.deps), greedy!)).code).toBe('sent');
    await read(open[7]!);
    expect((await tried(w.deps, greedy!)).code).toBe('sent');
    expect((await tried(w.deps, greedy!)).code).toBe('too_many_calls');
  });

  it('answers that nobody has read or let go count no longer than a call can last', async () => {
    const [auth] = await tenants(w, await limited(w, undefined), 1);
    for (let index = 0; index < 200; index += 1) await tried(w.deps, auth!);
    await w.clock.advance(16 * minute);
    expect((await tried(w.deps, auth!)).code).toBe('sent');
  });
});
