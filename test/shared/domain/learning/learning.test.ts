import { beforeEach, describe, expect, it } from '@jest/globals';
import { learnLifetime } from '#shared/domain/learning/learn.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { services, showService } from '#shared/domain/services/service.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { day, hour, otherProcess, start, told, world, type World } from '../../../support/deps.ts';
import { oauth2Document, oauth2Service } from '../../../support/nouns.ts';
import { edited } from '../../../support/types.ts';
import { ended, endsOf, outlived, serviceNow, type Lived } from './told.ts';

/** Seconds. */
const aDay = 86_400;
const week = 7 * aDay;

let w: World;
let service: Service;

beforeEach(async () => {
  w = await world();
  service = await oauth2Service(w, {
    environments: { sandbox: { auth: { clientId: 'sandbox', clientSecret: 'sandbox-secret' } } },
  });
});

const hears = (event: LatchkeyEvent, deps: Deps = w.deps) => learnLifetime(deps, event);
const ends = async (...all: readonly Lived[]) => {
  for (const lived of all) await hears(ended(w, service, lived));
};
const lives = async (...all: readonly Lived[]) => {
  for (const lived of all) await hears(outlived(w, service, lived));
};
/** Auths that ended at some ages in seconds, numbered from one on. */
const atAges = (ages: readonly number[], first = 1): readonly Lived[] =>
  ages.map((seconds, index) => ({ auth: first + index, seconds, consentedAt: start + index * hour }));
const mark = async (environment = 'production') =>
  (await serviceNow(w, service)).suspectedLifetimes?.[environment];
const lifetimeNews = () => told(w, 'service.lifetime_');
const fiveAWeek = atAges([week, week + 600, week + 1200, week + 1800, week + 2400]);

describe('a service whose auths end at one age', () => {
  it('bears that age from the fifth end on, and one event says so', async () => {
    await ends(...fiveAWeek.slice(0, 4));
    expect(await mark()).toBeUndefined();
    await ends(fiveAWeek[4]!);
    expect(await mark()).toEqual({ seconds: week, since: start, ends: 5 });
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected']);
    expect(w.bus.events.at(-1)?.data).toEqual({
      serviceId: service.id,
      workspaceId: w.workspaceId,
      environment: 'production',
      seconds: week,
      ends: 5,
      advice: expect.stringContaining('Look whether the provider has approved'),
    });
  });

  it('is told of once, however many end so', async () => {
    await ends(...atAges(Array.from({ length: 40 }, (_, index) => week + index * 60)));
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected']);
    expect((await endsOf(w, service))?.ends).toHaveLength(20);
  });

  it('learns nothing of ages that are scattered', async () => {
    await ends(...atAges(Array.from({ length: 30 }, (_, index) => Math.round(3600 * 1.3 ** index))));
    expect(await mark()).toBeUndefined();
    expect(lifetimeNews()).toEqual([]);
  });

  it('counts what is within 10 % of one age, and not what is just beyond', async () => {
    // All are within 10 % of 1,000 seconds, or all but one.
    const within = atAges([900, 950, 1000, 1050, 1100]);
    const other = await oauth2Service(w);
    for (const lived of atAges([899, 950, 1000, 1050, 1100])) await hears(ended(w, other, lived));
    expect((await serviceNow(w, other)).suspectedLifetimes).toBeUndefined();
    await ends(...within);
    expect(await mark()).toMatchObject({ seconds: 1000, ends: 5 });
  });

  it('looks at the last 20 ends alone', async () => {
    await ends(...fiveAWeek.slice(0, 4));
    const others = Array.from({ length: 17 }, (_, index) => Math.round(2 * week * 1.25 ** index));
    await ends(...others.map((seconds, index) => ({ auth: 10 + index, seconds })));
    // Its end is later than all, so that only three of the four before are left beside it.
    await ends({ auth: 50, seconds: week, consentedAt: start + 10_000 * day });
    expect(await mark()).toBeUndefined();
  });

  it('learns of each environment apart', async () => {
    await ends(...fiveAWeek.map((lived) => ({ ...lived, environment: 'sandbox' })));
    expect(await mark()).toBeUndefined();
    expect(await mark('sandbox')).toMatchObject({ seconds: week });
    await ends(...atAges([aDay, aDay, aDay, aDay, aDay], 20));
    expect(showService(await serviceNow(w, service))).toMatchObject({
      suspectedLifetime: { seconds: aDay, since: '2026-03-02T09:00:00.000Z', ends: 5 },
      environments: {
        sandbox: { suspectedLifetime: { seconds: week, since: '2026-03-02T09:00:00.000Z', ends: 5 } },
      },
    });
  });

  it('keeps its public version, so that an edit of somebody who read it before goes through', async () => {
    await ends(...fiveAWeek);
    expect((await serviceNow(w, service)).version).toBe(service.version);
    expect((await serviceNow(w, service)).updatedAt).toBe(service.updatedAt);
  });

  it('shows null while nothing is learned, and takes back what it shows', async () => {
    const shown = showService(service);
    expect([shown.suspectedLifetime, shown['environments']]).toMatchObject([
      null,
      { sandbox: { suspectedLifetime: null } },
    ]);
    await ends(...fiveAWeek);
    const again = await edited(w, service, showService(await serviceNow(w, service)));
    expect(again.definition).toEqual(service.definition);
    expect(await mark()).toMatchObject({ seconds: week });
  });
});

describe('an age that was learned', () => {
  const consentedAt = start + day;
  const older = (auth: number): Lived => ({ auth, consentedAt, seconds: Math.floor(week * 1.1) + 60 });

  it('is withdrawn when three auths have outlived it, and one event says so', async () => {
    await ends(...fiveAWeek);
    await lives(older(101), older(102));
    expect(await mark()).toMatchObject({ seconds: week });
    await lives(older(103));
    expect(await mark()).toBeUndefined();
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected', 'service.lifetime_withdrawn']);
    expect(w.bus.events.at(-1)?.data).toEqual({
      serviceId: service.id,
      workspaceId: w.workspaceId,
      environment: 'production',
      seconds: week,
      reason: 'outlived',
    });
  });

  it('is outlived by an auth that ends later, too, and by each auth once', async () => {
    await ends(...fiveAWeek);
    await lives(older(101), { ...older(101), epoch: 2 }, older(101));
    await ends({ ...older(101), seconds: 2 * week });
    expect(await mark()).toMatchObject({ seconds: week });
    await ends({ ...older(102), seconds: 3 * week }, { ...older(103), seconds: 5 * week });
    expect(await mark()).toBeUndefined();
  });

  it('is not outlived by what is within 10 % of it', async () => {
    await ends(...fiveAWeek);
    const almost = Math.floor(week * 1.1);
    await lives(...[101, 102, 103, 104].map((auth) => ({ auth, consentedAt, seconds: almost })));
    expect(await mark()).toMatchObject({ seconds: week });
  });

  it('is not outlived by auths consented to before those that ended: an approval may have been lost since', async () => {
    await ends(...fiveAWeek);
    await lives(...[101, 102, 103, 104].map((auth) => ({ ...older(auth), consentedAt: start - 1 })));
    expect(await mark()).toMatchObject({ seconds: week });
  });

  it('does not come back by the ends that spoke for it, but by five others', async () => {
    await ends(...fiveAWeek);
    await lives(older(101), older(102), older(103));
    await ends(...atAges([week, week, week, week], 20));
    expect(await mark()).toBeUndefined();
    await ends(...atAges([week], 30));
    expect(await mark()).toMatchObject({ seconds: week, ends: 5 });
  });

  it('stays when auths end before it: who is warned connects again in time, so that few are left to end at it', async () => {
    await ends(...fiveAWeek);
    const early = Array.from({ length: 20 }, (_, index) => Math.round(300 * 1.3 ** index));
    await ends(
      ...early.map((seconds, index) => ({ auth: 50 + index, seconds, consentedAt: start + 30 * day })),
    );
    expect(
      (await endsOf(w, service))?.ends.filter(({ seconds }) => seconds >= week && seconds < 2 * week),
    ).toEqual([]);
    expect(await mark()).toMatchObject({ seconds: week });
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected']);
  });

  it('gives way to a younger one at which more end', async () => {
    await ends(...fiveAWeek);
    await ends(...atAges([aDay, aDay, aDay, aDay, aDay], 20));
    expect(await mark()).toMatchObject({ seconds: week });
    await ends(...atAges([aDay], 30));
    expect(await mark()).toMatchObject({ seconds: aDay, ends: 6 });
    expect(w.bus.events.slice(-2).map(({ type, data }) => [type, data['seconds'], data['reason']])).toEqual([
      ['service.lifetime_withdrawn', week, 'replaced'],
      ['service.lifetime_suspected', aDay, undefined],
    ]);
  });

  it('survives an edit that ends no auth', async () => {
    await ends(...fiveAWeek);
    const { definition } = service;
    await edited(w, service, oauth2Document({ name: 'Other', environments: definition.environments }));
    expect(await mark()).toMatchObject({ seconds: week });
    await lives(older(101), older(102), older(103));
    expect(await mark()).toBeUndefined();
  });

  it.each([
    ['another application', { clientId: 'another' }],
    ['other endpoints', { tokenUrl: 'https://other.example/oauth/token' }],
  ])(
    'is dropped by an edit to %s, which is told, and what was told before teaches nothing of that',
    async (_, auth) => {
      await ends(...fiveAWeek, ...fiveAWeek.map((lived) => ({ ...lived, environment: 'sandbox' })));
      const late = [6, 7, 8, 9, 10].map((number) => ended(w, service, { auth: number, seconds: week }));
      const sandbox = {
        sandbox: { auth: { clientId: 'sandbox', tokenUrl: 'https://acme.example/oauth/token' } },
      };
      await edited(w, service, oauth2Document({ auth, environments: sandbox }));
      expect(await mark()).toBeUndefined();
      expect(await mark('sandbox')).toMatchObject({ seconds: week });
      expect(w.bus.events.filter(({ type }) => type.endsWith('_withdrawn')).map(({ data }) => data)).toEqual([
        expect.objectContaining({ environment: 'production', seconds: week, reason: 'service_changed' }),
      ]);
      const before = w.store.dump();
      for (const event of late) await hears(event);
      expect(w.store.dump()).toBe(before);
    },
  );

  it('is dropped with its environment', async () => {
    await ends(...fiveAWeek.map((lived) => ({ ...lived, environment: 'sandbox' })));
    const late = ended(w, service, { auth: 9, seconds: week, environment: 'sandbox' });
    await edited(w, service, oauth2Document());
    await hears(late);
    expect((await serviceNow(w, service)).suspectedLifetimes).toBeUndefined();
  });
});

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
