import { beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { authKey, auths, causes, type Auth } from '#shared/domain/auths/auth.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { NewKey } from '#shared/domain/keys/key.ts';
import { sweep } from '#shared/domain/schedule/sweep.ts';
import { getHealthSummary } from '#shared/domain/summary/get.ts';
import { SummaryDue } from '#shared/domain/summary/events.ts';
import { keepCount } from '#shared/domain/summary/keep-count.ts';
import { summaries, summaryKey } from '#shared/domain/summary/summary.ts';
import { handler as countAuths } from '#functions/events/count-auths.ts';
import { handler as flushOutboxes } from '#functions/events/flush-outboxes.ts';
import { handler as summary } from '#functions/summary/lambda.ts';
import { seededRandom } from '#shared/memory/random.ts';
import type { Deps } from '#shared/ports.ts';
import { call, react } from '../../../support/api.ts';
import { copiesOf } from '../../../support/auths.ts';
import { day, minute, otherProcess, start, world, type World } from '../../../support/deps.ts';
import { actor, keyedAuth, sharedWorkspace, tokenService } from '../../../support/nouns.ts';
import { capturedOutput } from '../../../support/output.ts';

let w: World;
let model: Auth;
beforeEach(async () => {
  w = await world();
  provide(w.deps);
  model = await keyedAuth(w, await tokenService(w));
});

type Shown = Awaited<ReturnType<typeof getHealthSummary>>;
type Counted = Exclude<Shown, { at: null }>;

const health = (deps: Deps = w.deps) => getHealthSummary(deps, { organizationId: w.organizationId });
const counted = async (): Promise<Counted> => {
  const shown = await health();
  if (shown.at === null) throw new Error('Nothing was counted yet.');
  return shown;
};
const id = (prefix: string, n: number) => `${prefix}_${String(n).padStart(26, '0')}`;
const asked = () => w.bus.events.filter(({ type }) => type === SummaryDue.type);
const countAsked = async () => expect(await react(countAuths, asked().slice(-1))).toBe(0);
const many = (count: number, change: Partial<Auth> = {}) =>
  copiesOf(
    w,
    model,
    Array.from({ length: count }, () => change),
  );

/** How many of some fit. */
const number = <T>(some: readonly T[], fits: (one: T) => boolean) => some.filter(fits).length;

describe('the summary of an organization', () => {
  it('agrees with a plain count of auths that are as chance makes them, in several workspaces', async () => {
    const random = seededRandom(3);
    const draw = (below: number) => Buffer.from(random.bytes(4)).readUInt32BE() % below;
    const { id: second } = await sharedWorkspace(w);
    const made = await copiesOf(
      w,
      model,
      Array.from({ length: 400 }, (): Partial<Auth> => {
        const state = (['active', 'failing', 'needs_reconnect', 'deleting'] as const)[draw(4)]!;
        return {
          state,
          ...(state === 'needs_reconnect' && draw(10) > 0 && { cause: causes[draw(causes.length)]! }),
          ...(draw(3) === 0 && { workspaceId: second }),
          ...(draw(5) === 0 ? { serviceId: undefined } : { serviceId: id('svc', draw(6)) }),
          ...(draw(2) === 0 && { atRisk: { umbrellaId: id('umb', draw(4)), status: 'demo' } }),
          ...(draw(9) === 0 && { setAsideAt: start }),
          ...(draw(4) > 0 && {
            prediction: { end: start - 5 * day + draw(90) * day + draw(day), reason: 'demo' as const },
          }),
        };
      }),
    );
    const all = [model, ...made].filter(({ state }) => state !== 'deleting');
    const working = all.filter(({ state }) => state !== 'needs_reconnect');
    const found = await counted();
    const at = w.clock.now();
    expect(found).toMatchObject({
      at: new Date(at).toISOString(),
      counting: false,
      auths: all.length,
      workspaces: 2,
      atRisk: number(all, ({ atRisk }) => atRisk !== undefined),
      setAside: number(all, ({ setAsideAt }) => setAsideAt !== undefined),
      otherServices: { services: 0, auths: 0 },
      otherUmbrellas: { umbrellas: 0, atRisk: 0 },
    });
    for (const state of ['active', 'failing', 'needs_reconnect'] as const)
      expect(found.states[state]).toBe(number(all, (auth) => auth.state === state));
    for (const cause of causes)
      expect(found.causes[cause]).toBe(
        number(all, (auth) => auth.state === 'needs_reconnect' && (auth.cause ?? 'unknown') === cause),
      );
    expect(found.services).toHaveLength(8);
    for (const { serviceId, ...fare } of found.services) {
      const its = all.filter((auth) => (auth.serviceId ?? null) === serviceId);
      expect(fare).toEqual({
        auths: its.length,
        failing: number(its, ({ state }) => state === 'failing'),
        needsReconnect: number(its, ({ state }) => state === 'needs_reconnect'),
        atRisk: number(its, ({ atRisk }) => atRisk !== undefined),
      });
    }
    expect(found.services.map((each) => each.auths)).toEqual(
      found.services.map((each) => each.auths).toSorted((one, other) => other - one),
    );
    expect(found.umbrellas).toHaveLength(4);
    for (const { umbrellaId, atRisk } of found.umbrellas)
      expect(atRisk).toBe(number(all, (auth) => auth.atRisk?.umbrellaId === umbrellaId));
    const { past, days, later, never } = found.predictedEnds;
    expect(days).toHaveLength(60);
    for (const [ahead, { date, auths: ending }] of days.entries()) {
      expect(date).toBe(new Date(start + ahead * day).toISOString().slice(0, 10));
      const ends = ({ prediction }: Auth) =>
        prediction !== undefined &&
        prediction.end >= at &&
        new Date(prediction.end).toISOString().startsWith(date);
      expect(ending).toBe(number(working, ends));
    }
    expect(past).toBe(number(working, ({ prediction }) => prediction !== undefined && prediction.end < at));
    expect(never).toBe(number(working, ({ prediction }) => prediction === undefined));
    expect(past + never + later + days.reduce((sum, each) => sum + each.auths, 0)).toBe(working.length);
    expect(Math.min(past, later, never)).toBeGreaterThan(0);
  });

  it('puts an end at midnight (UTC) into the day that begins then, and the 61st day into later', async () => {
    const midnight = Date.UTC(2026, 2, 3);
    const ends = [midnight - 1, midnight, midnight + 58 * day, midnight + 59 * day];
    const changes = ends.map((end) => ({ prediction: { end, reason: 'demo' as const } }));
    await copiesOf(w, model, changes);
    const { days, later } = (await counted()).predictedEnds;
    expect(days.filter((each) => each.auths > 0)).toEqual([
      { date: '2026-03-02', auths: 1 },
      { date: '2026-03-03', auths: 1 },
      { date: '2026-04-30', auths: 1 },
    ]);
    expect(later).toBe(1);
  });

  it('names the 200 services and umbrellas with most auths, and sums up the others', async () => {
    const changes = Array.from({ length: 205 }, (_, n) => ({
      serviceId: id('svc', n),
      atRisk: { umbrellaId: id('umb', n), status: 'demo' },
    }));
    await copiesOf(w, model, [...changes, ...changes.slice(0, 199)]);
    const found = await counted();
    expect(found.services).toHaveLength(200);
    expect(found.services.filter((each) => each.auths === 2)).toHaveLength(199);
    expect(found.otherServices).toEqual({ services: 6, auths: 6, failing: 0, needsReconnect: 0, atRisk: 5 });
    expect(found.umbrellas).toHaveLength(200);
    expect(found.otherUmbrellas).toEqual({ umbrellas: 5, atRisk: 5 });
  });

  it('is of this moment where there are few auths, and then nothing is written or told', async () => {
    await many(999);
    const before = [w.store.dump(), w.bus.events.length];
    expect(await counted()).toMatchObject({ auths: 1000, counting: false });
    expect([w.store.dump(), w.bus.events.length]).toEqual(before);
    expect(await w.deps.store.remove(auths, (await w.deps.store.get(auths, authKeyOf(model)))!)).toBe(true);
    expect(await counted()).toMatchObject({ auths: 999 });
  });

  it('refuses nobody who may read, and shows a key of one workspace that workspace alone', async () => {
    const { id: workspaceId } = await sharedWorkspace(w);
    await many(3, { workspaceId });
    const ask = async (bound?: string) => {
      const input = NewKey.parse({ name: 'Eyes', role: 'viewer', workspaceId: bound });
      const { text } = await createKey(w.deps, { by: actor(w), input });
      const headers = { authorization: `Bearer ${text.reveal()}` };
      return call(summary, { method: 'GET', path: '/v1/health-summary', headers });
    };
    const [whole, bound, other] = [await ask(), await ask(workspaceId), await ask(w.workspaceId)];
    expect([whole.status, whole.json['auths'], whole.json['workspaces']]).toEqual([200, 4, 2]);
    expect([bound.status, bound.json['auths'], bound.json['workspaces']]).toEqual([200, 3, 1]);
    expect([other.status, other.json['auths'], other.json['workspaces']]).toEqual([200, 1, 1]);
  });
});

const authKeyOf = ({ organizationId, id: authId }: Auth) => authKey(organizationId, authId);

describe('the summary of an organization with many auths', () => {
  beforeEach(async () => {
    await many(1100);
  });

  it('is asked for once, however many look, and is there when it was counted', async () => {
    expect(await health()).toEqual({ at: null, counting: true });
    expect(await health()).toEqual({ at: null, counting: true });
    expect(asked()).toHaveLength(1);
    await countAsked();
    expect(await counted()).toMatchObject({ auths: 1101, counting: false });
    expect(asked()).toHaveLength(1);
  });

  it('is told as it was for a minute, then told with its time while a newer one is counted', async () => {
    await health();
    await countAsked();
    const { at } = await counted();
    await many(5);
    await w.clock.advance(minute - 10);
    expect(await counted()).toMatchObject({ at, auths: 1101, counting: false });
    expect(asked()).toHaveLength(1);
    await w.clock.advance(10);
    for (let looks = 0; looks < 3; looks += 1)
      expect(await counted()).toMatchObject({ at, auths: 1101, counting: true });
    expect(asked()).toHaveLength(2);
    await countAsked();
    expect(await counted()).toMatchObject({ auths: 1106, counting: false });
  });

  it('is asked for again when it did not come for six minutes', async () => {
    await health();
    await w.clock.advance(6 * minute - 1);
    expect(await health()).toEqual({ at: null, counting: true });
    expect(asked()).toHaveLength(1);
    await w.clock.advance(1);
    expect(await health()).toEqual({ at: null, counting: true });
    expect(asked()).toHaveLength(2);
    for (const event of asked()) expect(await react(countAuths, [event])).toBe(0);
    expect(await counted()).toMatchObject({ auths: 1101, counting: false });
  });

  it('is counted anew after a count that died half way, and never shows the half', async () => {
    await health();
    await countAsked();
    const whole = await counted();
    await many(50);
    await w.clock.advance(2 * minute);
    await health();
    let pages = 0;
    const dying = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        list: (collection, request) => {
          pages += collection.name === auths.name ? 1 : 0;
          return pages === 3 ? Promise.reject(new Error('gone')) : w.deps.store.list(collection, request);
        },
      },
    });
    const { organizationId } = w;
    const askedAt = Date.parse(String(asked().at(-1)?.data['askedAt']));
    await expect(keepCount(dying, { organizationId, askedAt })).rejects.toThrow('1 of 1 failed.');
    expect(pages).toBe(3);
    expect(await counted()).toEqual({ ...whole, counting: true });
    await countAsked();
    expect(await counted()).toMatchObject({ auths: 1151, counting: false });
  });

  it('is not counted again by a message that comes again', async () => {
    await health();
    await countAsked();
    await many(5);
    const before = w.store.dump();
    await countAsked();
    expect(w.store.dump()).toBe(before);
  });

  it('is not put back by a count that began earlier and ended later', async () => {
    await health();
    const { organizationId } = w;
    let overtaken = false;
    const slow = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        list: async (collection, request) => {
          const page = await w.deps.store.list(collection, request);
          if (!overtaken && collection.name === auths.name) {
            overtaken = true;
            await many(5);
            await keepCount(w.deps, { organizationId, askedAt: w.clock.now() });
          }
          return page;
        },
      },
    });
    const askedAt = Date.parse(String(asked().at(-1)?.data['askedAt']));
    await keepCount(slow, { organizationId, askedAt });
    expect(overtaken).toBe(true);
    expect(await counted()).toMatchObject({ auths: 1106 });
  });

  it('is counted also when the bus was down as it was asked for', async () => {
    const deaf = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    expect(await health(deaf)).toEqual({ at: null, counting: true });
    expect(asked()).toEqual([]);
    await w.clock.advance(2 * minute);
    await sweep(w.deps);
    const due = w.bus.events.filter(({ type }) => type === 'outbox.due');
    expect(await react(flushOutboxes, due)).toBe(0);
    await countAsked();
    expect(await counted()).toMatchObject({ auths: 1101 });
  });

  it('is kept apart from that of each workspace', async () => {
    const scope = { organizationId: w.organizationId, workspaceId: w.workspaceId };
    expect(await getHealthSummary(w.deps, scope)).toEqual({ at: null, counting: true });
    await countAsked();
    expect(await getHealthSummary(w.deps, scope)).toMatchObject({ auths: 1101 });
    expect(await health()).toEqual({ at: null, counting: true });
  });

  it('fails loudly, for its dead letters to be noticed, when an auth cannot be read', async () => {
    await health();
    const broken = otherProcess(w.deps, {
      store: { ...w.deps.store, list: () => Promise.reject(new Error('spoiled')) },
    });
    provide(broken);
    const output = capturedOutput();
    expect(await react(countAuths, asked())).toBe(1);
    output.stop();
    provide(w.deps);
  });

  it('forgets a count of a version before that cannot be read any more', async () => {
    await health();
    await countAsked();
    const item = await w.deps.store.get(summaries, summaryKey({ organizationId: w.organizationId }));
    const older = { ...summaries.schema.parse(item), counted: { at: 7, all: 3 } };
    expect(summaries.schema.parse(older).counted).toBeUndefined();
  });

  it('is right of 100,000 auths, each read once, in pages of 500', async () => {
    const many = 100_000;
    const marks = (n: number): Partial<Auth> => ({
      serviceId: id('svc', n % 300),
      ...(n % 50 === 0 && { state: 'needs_reconnect' as const, cause: 'revoked' as const }),
      prediction: { end: start + (n % 100) * day, reason: 'demo' as const },
    });
    let [pages, read] = [0, 0];
    const table = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        // A place is how many come before it.
        list: (collection, request) => {
          if (collection.name !== auths.name) return w.deps.store.list(collection, request);
          const first = Number(request.after ?? 0);
          const items = Array.from({ length: Math.min(request.limit, many - first) }, (_, n) =>
            collection.schema.parse({ ...model, ...marks(first + n) }),
          );
          [pages, read] = [pages + 1, read + items.length];
          return Promise.resolve(
            first + request.limit < many ? { items, next: String(first + request.limit) } : { items },
          );
        },
      },
    });
    expect(await health(table)).toEqual({ at: null, counting: true });
    [pages, read] = [0, 0];
    await keepCount(table, { organizationId: w.organizationId, askedAt: w.clock.now() });
    expect([pages, read]).toEqual([200, many]);
    const found = await counted();
    expect(found).toMatchObject({
      auths: many,
      states: { active: 98_000, failing: 0, needs_reconnect: 2000 },
      otherServices: { services: 100 },
    });
    expect(found.causes.revoked).toBe(2000);
    expect(found.services.reduce((sum, each) => sum + each.auths, found.otherServices.auths)).toBe(many);
    // A fiftieth is over: those of the days 0 and 50.
    expect(found.predictedEnds.days.map((each) => each.auths)).toEqual(
      Array.from({ length: 60 }, (_, ahead) => (ahead % 50 === 0 ? 0 : 1000)),
    );
    expect([pages, read]).toEqual([200, many]);
    const item = await w.deps.store.get(summaries, summaryKey({ organizationId: w.organizationId }));
    expect(JSON.stringify(item).length).toBeLessThan(60_000);
    await w.clock.advance(10 * minute - 1);
    expect(await counted()).toMatchObject({ counting: false });
    await w.clock.advance(1);
    expect(await counted()).toMatchObject({ auths: many, counting: true });
  });
});
