import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { handler } from '#functions/proxy/lambda.ts';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { call } from '../../../../support/api.ts';
import { minute, otherProcess, passing, world, type World } from '../../../../support/deps.ts';
import {
  actor,
  connectedAuth,
  countingTokens,
  oauth2Service,
  tokenDocument,
  tokenUrl,
} from '../../../../support/nouns.ts';
import { capturedOutput } from '../../../../support/output.ts';
import { answer } from '../../../../support/watched.ts';
import { edited } from '../../../../support/types.ts';
import { counted, limited, read, tenants, tried } from './ground.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const rate = (calls: number, seconds = 60) => ({ rate: { calls, seconds } });

/** Calls one after another, each answer read; how many were sent. */
const sent = async (auth: Auth, count: number, deps = w.deps): Promise<number> => {
  let good = 0;
  for (let index = 0; index < count; index += 1) {
    const made = await tried(deps, auth);
    good += Number(made.code === 'sent');
    await read(made);
  }
  return good;
};

describe('a rate for each auth', () => {
  it('lets exactly so many calls through in its seconds, refuses the others with the time to wait, and begins anew', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: rate(10) }), 1);
    await w.clock.advance(45_000);
    expect(await sent(auth!, 25)).toBe(10);
    expect(await tried(w.deps, auth!)).toEqual({ code: 'rate_limited', after: '15' });
    await w.clock.advance(14_001);
    expect(await tried(w.deps, auth!)).toEqual({ code: 'rate_limited', after: '1' });
    await w.clock.advance(999);
    expect(await sent(auth!, 25)).toBe(10);
  });

  it('leaves what the others may call as it is', async () => {
    const [greedy, modest] = await tenants(w, await limited(w, { auth: rate(10) }), 2);
    expect(await sent(greedy!, 50)).toBe(10);
    expect(await sent(modest!, 10)).toBe(10);
  });

  it('counts calls of one moment as it counts calls in turn', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: rate(10) }), 1);
    const codes = await passing(w.clock, Promise.all(Array.from({ length: 30 }, () => tried(w.deps, auth!))));
    expect(codes.filter(({ code }) => code === 'sent')).toHaveLength(10);
  });

  it('does not count a call twice that fails, nor give it back', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: rate(3) }), 1);
    const fails = () => Promise.reject(new Error('down'));
    expect((await tried(w.deps, auth!, fails)).code).toBe('failed');
    expect(await sent(auth!, 5)).toBe(2);
  });

  it('that is edited counts from the next call on, also for an auth that was refused', async () => {
    const service = await limited(w, { auth: rate(3) });
    const [auth] = await tenants(w, service, 1);
    expect(await sent(auth!, 5)).toBe(3);
    await edited(w, service, tokenDocument({ limits: { auth: rate(5) } }));
    expect(await sent(auth!, 5)).toBe(2);
  });
});

describe('a rate for a service', () => {
  it('is one for all its auths together', async () => {
    const auths = await tenants(w, await limited(w, { auth: rate(10), service: rate(25) }), 4);
    const made: number[] = [];
    for (const auth of auths) made.push(await sent(auth, 10));
    expect(made).toEqual([10, 10, 5, 0]);
    expect((await tried(w.deps, auths[3]!)).code).toBe('rate_limited');
  });

  it('gives one auth half of it where the definition does not say, so that a tenant cannot take all', async () => {
    const [greedy, modest] = await tenants(w, await limited(w, { service: rate(20) }), 2);
    expect(await sent(greedy!, 50)).toBe(10);
    expect(await sent(modest!, 50)).toBe(10);
  });

  it('takes nothing of an auth whose call it has refused', async () => {
    const limits = { auth: rate(4, 120), service: rate(4) };
    const [first, second] = await tenants(w, await limited(w, limits), 2);
    expect(await sent(first!, 4)).toBe(4);
    expect(await sent(second!, 4)).toBe(0);
    await w.clock.advance(minute);
    expect(await sent(second!, 9)).toBe(4);
  });

  it('is counted for each environment on its own', async () => {
    const service = await limited(w, { service: rate(4), auth: rate(4) });
    const [auth] = await tenants(w, service, 1);
    expect(await sent(auth!, 9)).toBe(4);
    await edited(
      w,
      service,
      tokenDocument({
        limits: { service: rate(4), auth: rate(4) },
        environments: { sandbox: { limits: { service: rate(2), auth: rate(100) } } },
      }),
    );
    const boxed = { ...auth!, id: auth!.id.replace(/.$/, '0'), environment: 'sandbox' };
    expect(await sent(boxed, 9)).toBe(2);
  });
});

describe('what a limit costs', () => {
  it('is nothing where there is none', async () => {
    const { store, count } = counted(w.deps.store);
    const [auth] = await tenants(w, await limited(w, undefined), 1);
    expect(await sent(auth!, 20, { ...w.deps, store })).toBe(20);
    expect(count).toEqual({ reads: 0, writes: 0 });
  });

  it('is a few writes for hundreds of calls, and nothing for what is refused', async () => {
    const { store, count } = counted(w.deps.store);
    const deps = { ...w.deps, store };
    const [auth] = await tenants(w, await limited(w, { auth: rate(1000) }), 1);
    expect(await sent(auth!, 1000, deps)).toBe(1000);
    expect(count.writes).toBeLessThan(60);
    await tried(deps, auth!);
    const { ...before } = count;
    expect(await sent(auth!, 1000, deps)).toBe(0);
    expect(count).toEqual(before);
  });
});

describe('several processes on one store', () => {
  it('let no more through together than one would, whatever the order and the pauses', async () => {
    const step = fc.record({ process: fc.nat(3), calls: fc.integer({ min: 1, max: 20 }), wait: fc.nat(15) });
    const run = async (calls: number, steps: readonly { process: number; calls: number; wait: number }[]) => {
      w = await world();
      const [auth] = await tenants(w, await limited(w, { auth: rate(calls, 10) }), 1);
      const processes = [0, 1, 2, 3].map(() => otherProcess(w.deps));
      // The plain model: how many were sent in each stretch of ten seconds.
      const model = new Map<number, number>();
      const alone = new Set(steps.map(({ process }) => process)).size === 1;
      for (const each of steps) {
        await w.clock.advance(each.wait * 1000);
        const stretch = Math.floor(w.clock.now() / 10_000);
        const before = model.get(stretch) ?? 0;
        const made = await sent(auth!, each.calls, processes[each.process]);
        model.set(stretch, before + made);
        expect(before + made).toBeLessThanOrEqual(calls);
        // What others hold unused is less than what they have used: at worst half of all lies somewhere.
        const least = alone ? calls : calls / 2;
        if (made < each.calls) expect(before + made).toBeGreaterThanOrEqual(least);
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.array(step, { minLength: 1, maxLength: 25 }), run),
      { numRuns: 80, seed: 6 },
    );
  }, 60_000);

  it('let no more through when all call in the same moment', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: rate(40) }), 1);
    const processes = Array.from({ length: 5 }, () => otherProcess(w.deps));
    const all = processes.flatMap((deps) => Array.from({ length: 20 }, () => tried(deps, auth!)));
    const good = (await passing(w.clock, Promise.all(all))).filter(({ code }) => code === 'sent').length;
    expect(good).toBeLessThanOrEqual(40);
    expect(good).toBeGreaterThanOrEqual(20);
  });

  it('that call once take no more than that, and leave all else to the one that calls often', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: rate(100) }), 1);
    for (let index = 0; index < 20; index += 1) expect(await sent(auth!, 1, otherProcess(w.deps))).toBe(1);
    expect(await sent(auth!, 200)).toBe(80);
  });

  it('count one stretch where a clock is behind', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: rate(8) }), 1);
    const behind = { ...w.deps, clock: { ...w.deps.clock, now: () => w.clock.now() - 2000 } };
    expect(await sent(auth!, 8)).toBe(8);
    expect(await sent(auth!, 8, behind)).toBe(0);
  });
});

describe('a proxied call', () => {
  it('that is refused is told apart from an answer of the service, and never reaches it', async () => {
    provide(w.deps);
    const [auth] = await tenants(w, await limited(w, { auth: rate(1) }), 1);
    w.http.answers(() => answer(429, 'of the service', [['retry-after', '99']]));
    const output = capturedOutput();
    const key = (await firstKey(w.deps, w.organizationId)).reveal();
    const ask = () =>
      call(handler, {
        method: 'GET',
        path: `/v1/proxy/${auth!.id}/me`,
        headers: { authorization: `Bearer ${key}` },
      });
    const [theirs, ours] = [await ask(), await ask()];
    output.stop();
    expect(theirs).toMatchObject({ status: 429, text: 'of the service', headers: { 'retry-after': '99' } });
    expect(theirs.headers).not.toHaveProperty('latchkey-error');
    expect(ours).toMatchObject({ status: 429, error: { code: 'rate_limited' } });
    expect(ours.headers).toMatchObject({ 'latchkey-error': 'rate_limited', 'retry-after': '60' });
    expect(ours.error.details.map(({ path }) => path)).toEqual(['limits.auth.rate']);
    expect(w.http.requests).toHaveLength(1);
  });

  it('that is sent again with a renewed token counts twice, and needs one place alone', async () => {
    const tokens = countingTokens();
    w.http.answers(({ url, headers }) => {
      if (url === tokenUrl) return tokens();
      return answer(headers.some(([, value]) => value === 'Bearer access-1') ? 401 : 200);
    });
    const limits = { auth: { rate: { calls: 2, seconds: 600 }, concurrency: 1 } };
    const { id: authId } = await connectedAuth(w, await oauth2Service(w, { limits }));
    await w.clock.advance(2 * minute);
    const input = { actor: actor(w), authId, method: 'GET', path: '/me', query: '', headers: [] };
    const response = await proxyCall(w.deps, { ...input, body: undefined });
    expect(response.status).toBe(200);
    await read({ response });
    await expect(proxyCall(w.deps, { ...input, body: undefined })).rejects.toMatchObject({
      status: 429,
      code: 'rate_limited',
    });
  });
});

describe('the limits of a definition', () => {
  const errorsOf = (limits: unknown) =>
    ServiceInput.safeParse(tokenDocument({ limits })).error?.issues.map(({ path }) => path.join('.'));

  it('are whole numbers within bounds, and say something', () => {
    expect(errorsOf({ auth: { rate: { calls: 5, seconds: 1 }, concurrency: 3 } })).toBeUndefined();
    expect(errorsOf({})).toEqual(['limits']);
    expect(errorsOf({ auth: {} })).toEqual(['limits.auth']);
    expect(errorsOf({ auth: { rate: { calls: 0, seconds: 60 } } })).toEqual(['limits.auth.rate.calls']);
    expect(errorsOf({ service: { rate: { calls: 5 } } })).toEqual(['limits.service.rate.seconds']);
    expect(errorsOf({ service: { concurrency: 201 } })).toEqual(['limits.service.concurrency']);
  });
});
