import { beforeEach, describe, expect, it } from '@jest/globals';
import { once } from '#shared/domain/idempotency/once.ts';
import { day, minute, otherProcess, world, type World } from '../../../support/deps.ts';
import { actor } from '../../../support/nouns.ts';

let w: World;
let acts: number;
beforeEach(async () => {
  w = await world();
  acts = 0;
});

const act = () => {
  acts += 1;
  return Promise.resolve(`answer ${acts}`);
};

const ask = (parts: Partial<Parameters<typeof once>[1]> = {}, deps = w.deps) =>
  once(deps, { actor: actor(w), key: 'k', request: ['POST', '/v1/keys', '{}'], act, ...parts });

describe('an act with an idempotency key', () => {
  it('is done once and answered the same again, by every process, for a day', async () => {
    expect(await ask()).toEqual({ answer: 'answer 1', repeated: false });
    await w.clock.advance(day - 1);
    expect(await ask({}, otherProcess(w.deps))).toEqual({ answer: 'answer 1', repeated: true });
    await w.clock.advance(1);
    expect(await ask()).toEqual({ answer: 'answer 2', repeated: false });
  });

  it.each([
    ['another body', { request: ['POST', '/v1/keys', '{ }'] }],
    ['another path', { request: ['POST', '/v1/umbrellas', '{}'] }],
    ['the same bytes parted otherwise', { request: ['POST', '/v1/keys{', '}'] }],
  ])('is refused for another request: %s', async (_, parts) => {
    await ask();
    await expect(ask(parts)).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(acts).toBe(1);
  });

  it("is its caller's own: the same key of another is another", async () => {
    await ask();
    await ask({ actor: { ...actor(w), id: 'key_other' } });
    expect(acts).toBe(2);
  });

  it('that is under way is done by nobody else', async () => {
    const slow = Promise.withResolvers<string>();
    const first = ask({ act: () => slow.promise });
    await expect(ask({}, otherProcess(w.deps))).rejects.toMatchObject({
      status: 409,
      code: 'request_under_way',
    });
    slow.resolve('late');
    expect((await first).answer).toBe('late');
    expect(await ask()).toEqual({ answer: 'late', repeated: true });
    expect(acts).toBe(0);
  });

  it('whose process died may be done again after a minute', async () => {
    void ask({ act: () => new Promise(() => undefined) });
    await w.clock.advance(minute);
    expect(await ask()).toEqual({ answer: 'answer 1', repeated: false });
  });

  it('that failed may be repeated at once', async () => {
    await expect(ask({ act: () => Promise.reject(new Error('no')) })).rejects.toThrow('no');
    expect(await ask()).toEqual({ answer: 'answer 1', repeated: false });
  });

  it('lays neither key, request nor answer readable in the store', async () => {
    await ask({
      key: 'planted-key',
      request: ['planted-request'],
      act: () => Promise.resolve('planted-answer'),
    });
    expect(w.store.dump()).not.toContain('planted');
  });
});
