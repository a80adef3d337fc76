import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths, type Auth } from '#shared/domain/auths/auth.ts';
import { flushOutbox } from '#shared/domain/schedule/flush-outboxes.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { readClientSecrets } from '#shared/domain/services/client-secrets.ts';
import { countAuths } from '#shared/domain/services/count-auths.ts';
import { getService } from '#shared/domain/services/get.ts';
import { patchService } from '#shared/domain/services/patch.ts';
import { removeService } from '#shared/domain/services/remove.ts';
import { services, showService, type Service } from '#shared/domain/services/service.ts';
import { tellServiceDates } from '#shared/domain/services/tell-dates.ts';
import { seededRandom } from '#shared/memory/random.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { day, hour, minute, otherProcess, start, told, world, type World } from '../../../support/deps.ts';
import {
  connectedAuth,
  countingTokens,
  oauth2Document,
  oauth2Service,
  opened,
  tokenService,
  keyedAuth,
  umbrella,
} from '../../../support/nouns.ts';
import { serviceOf } from '../../../support/types.ts';

let w: World;
let worked: number;
beforeEach(async () => {
  w = await world();
  worked = 0;
  w.http.answers(countingTokens());
});

const at = (milliseconds: number) => new Date(start + milliseconds).toISOString();
const expiring = (expiresAt: string, parts: object = {}) =>
  oauth2Document({ auth: { clientSecretExpiresAt: expiresAt }, ...parts });
const where = ({ id: serviceId }: Pick<Service, 'id'>) => ({
  organizationId: w.organizationId,
  workspaceId: w.workspaceId,
  serviceId,
});
const patch = (service: Service, change: Record<string, unknown>) =>
  patchService(w.deps, { ...where(service), patch: change, ifMatch: undefined });

/** Does what the events of work ask for that were published since, each message twice. */
const work = async (deps: Deps): Promise<void> => {
  for (; worked < w.bus.events.length; worked += 1) {
    const { type, organizationId, data } = w.bus.events[worked]!;
    for (let times = 0; times < 2; times += 1) {
      if (type === 'service.dates_due')
        for (const serviceId of data['serviceIds'] as string[])
          await tellServiceDates(deps, { organizationId, serviceId }).catch(() => undefined);
      if (type === 'outbox.due')
        for (const item of data['items'] as Parameters<typeof flushOutbox>[1][])
          await flushOutbox(deps, item).catch(() => undefined);
    }
  }
};

/** Lets time pass in steps, with the schedules at work. */
const live = async (milliseconds: number, step = hour, deps: Deps = w.deps): Promise<void> => {
  for (let passed = 0; passed < milliseconds; passed += step) {
    await w.clock.advance(step);
    await sweep(deps).catch(() => undefined);
    await work(deps);
    await sweepFromStart(deps).catch(() => undefined);
    await work(deps);
  }
};

const heard = (type: string) => [
  ...new Map(w.bus.events.filter((event) => event.type === type).map((event) => [event.id, event])).values(),
];
const secretNews = () => heard('service.client_secret_expiring');
const leadDays = (type = 'service.client_secret_expiring') =>
  heard(type).map(({ data }) => Number(data['leadSeconds']) / 86_400);

/** A world in which the bus refuses, and processes die before and after they write, one time in ten each. */
const stormy = (seed: number): Deps => {
  const random = seededRandom(seed);
  const strikes = () => (random.bytes(1)[0] ?? 0) < 26;
  const replace: Store['replace'] = async (collection, item) => {
    if (collection.name !== services.name) return w.deps.store.replace(collection, item);
    if (strikes()) throw new Error('killed before');
    const written = await w.deps.store.replace(collection, item);
    if (strikes()) throw new Error('killed after');
    return written;
  };
  return otherProcess(w.deps, {
    store: { ...w.deps.store, replace },
    bus: {
      publish: (events) => (strikes() ? Promise.reject(new Error('down')) : w.deps.bus.publish(events)),
    },
  });
};

describe('the end of a client secret', () => {
  it.each([1, 2, 3])(
    'is told at each lead time exactly once over 100 days, whatever bus, queue and processes do (storm %i)',
    async (seed) => {
      const box = { auth: { clientId: 'box', clientSecret: 'box', clientSecretExpiresAt: at(60 * day) } };
      await serviceOf(w, expiring(at(40 * day), { environments: { sandbox: box } }));
      await live(100 * day, hour, stormy(seed));
      for (const [environment, end] of [
        ['production', 40],
        ['sandbox', 60],
      ] as const) {
        const news = secretNews().filter(({ data }) => data['environment'] === environment);
        expect(news.map(({ data }) => Number(data['leadSeconds']) / 86_400)).toEqual([14, 7, 3, 1, 0]);
        for (const { time, data } of news) {
          const due = start + end * day - Number(data['leadSeconds']) * 1000;
          expect(Date.parse(time)).toBeGreaterThanOrEqual(due);
          expect(Date.parse(time) - due).toBeLessThanOrEqual(4 * hour);
        }
      }
    },
    60_000,
  );

  it('is told at once, and once, when the date is set within its lead times; then at those that follow', async () => {
    const service = await serviceOf(w, oauth2Document());
    await live(hour);
    await patch(service, { auth: { clientSecretExpiresAt: at(5 * day) } });
    await w.clock.advance(minute);
    // Nobody has to wait for the sweep that reads from the beginning.
    await sweep(w.deps);
    await work(w.deps);
    expect(leadDays()).toEqual([7]);
    await live(day);
    expect(leadDays()).toEqual([7]);
    await live(8 * day);
    expect(leadDays()).toEqual([7, 3, 1, 0]);
  });

  it('that is past when it is set is told of once', async () => {
    const service = await serviceOf(w, oauth2Document());
    await live(hour);
    await patch(service, { auth: { clientSecretExpiresAt: '1969-07-20T00:00:00Z' } });
    await live(day);
    expect(leadDays()).toEqual([0]);
    expect((await getService(w.deps, where(service))).version).toBe(2);
  });

  it('begins anew with another date, and is told of no more without one', async () => {
    const service = await serviceOf(w, expiring(at(8 * day)));
    await live(2 * day);
    expect(leadDays()).toEqual([14, 7]);
    await patch(service, { auth: { clientSecretExpiresAt: at(20 * day) } });
    await live(5 * day);
    expect(leadDays()).toEqual([14, 7, 14]);
    await patch(service, { auth: { clientSecretExpiresAt: null } });
    await live(20 * day);
    expect(leadDays()).toEqual([14, 7, 14]);
  });

  it('is not told twice when the same date is set again', async () => {
    const service = await serviceOf(w, expiring(at(8 * day)));
    await live(2 * day);
    await patch(service, { auth: { clientSecretExpiresAt: null } });
    await live(hour);
    await patch(service, { auth: { clientSecretExpiresAt: at(8 * day) } });
    await live(hour);
    expect(leadDays()).toEqual([14, 7]);
  });

  it('skips the lead times that passed while nothing ran', async () => {
    await serviceOf(w, expiring(at(30 * day)));
    await w.clock.advance(28 * day);
    await live(hour);
    expect(leadDays()).toEqual([3]);
  });

  it('is told without raising the version that readers see', async () => {
    const service = await serviceOf(w, expiring(at(2 * day)));
    await live(hour);
    const after = await getService(w.deps, where(service));
    expect(leadDays()).toEqual([3]);
    expect(after.version).toBe(service.version);
    expect(showService(after)).toEqual(showService(service));
  });

  it('is told of no more once the service is being deleted', async () => {
    const service = await serviceOf(w, expiring(at(8 * day)));
    await live(hour);
    await removeService(w.deps, { ...where(service), force: false, ifMatch: undefined });
    const before = secretNews().length;
    await live(10 * day);
    await tellServiceDates(w.deps, { organizationId: w.organizationId, serviceId: service.id });
    expect(secretNews()).toHaveLength(before);
  });

  it('is told with what it takes down, what to do, and where', async () => {
    const { id: umbrellaId } = await umbrella(w, { consoleUrl: 'https://console.example/credentials' });
    const service = await serviceOf(w, expiring(at(10 * day), { umbrellaId, environments: { sandbox: {} } }));
    await connectedAuth(w, service);
    await connectedAuth(w, service);
    await live(hour);
    expect(secretNews()[0]?.data).toEqual({
      serviceId: service.id,
      workspaceId: w.workspaceId,
      environment: 'production',
      expiresAt: at(10 * day),
      leadSeconds: 14 * 86_400,
      nextSet: false,
      auths: { count: 2, atLeast: false },
      authsUrl: `https://latchkey.example/v1/workspaces/${w.workspaceId}/auths?serviceId=${service.id}`,
      advice: expect.stringContaining('auth.nextClientSecret'),
      link: 'https://console.example/credentials',
    });
    await patch(service, { auth: { nextClientSecret: 'planted-next' } });
    await live(4 * day);
    expect(secretNews().at(-1)?.data).toMatchObject({
      nextSet: true,
      leadSeconds: 7 * 86_400,
      advice: expect.stringContaining('takes over by itself'),
    });
    await patch(service, { auth: { clientSecret: 'other' } });
    await live(7 * day);
    expect(secretNews().at(-1)?.data).toMatchObject({
      leadSeconds: 0,
      advice: expect.stringContaining('set it as auth.clientSecret'),
    });
    expect(JSON.stringify(w.bus.events)).not.toContain('planted');
  });

  it.each(['tomorrow', '2026-02-30T00:00:00Z', 7])('is a time in ISO 8601, not %p', async (wrong) => {
    const service = await serviceOf(w, oauth2Document({ environments: { sandbox: {} } }));
    const auth = { clientSecretExpiresAt: wrong };
    await expect(patch(service, { auth })).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.auth.clientSecretExpiresAt' }],
    });
    await expect(patch(service, { environments: { sandbox: { auth } } })).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.environments.sandbox.auth.clientSecretExpiresAt' }],
    });
  });
});

describe('the list of client secrets', () => {
  it('tells by environment when it ends and how many working auths use it', async () => {
    const own = { auth: { clientId: 'box', clientSecret: 'box' } };
    const environments = { sandbox: own, staging: { baseUrl: 'https://staging.acme.example' } };
    const service = await serviceOf(w, expiring(at(10 * day + hour), { environments }));
    await connectedAuth(w, service);
    await w.clock.advance(minute);
    const { items } = await readClientSecrets(w.deps, where(service));
    const list = `https://latchkey.example/v1/workspaces/${w.workspaceId}/auths?serviceId=${service.id}`;
    const authsUrl = (environment: string) => `${list}&environment=${environment}`;
    const ends = { expiresAt: at(10 * day + hour), daysLeft: 10 };
    const none = { count: 0, atLeast: false };
    expect(items).toEqual([
      {
        environment: 'production',
        keptIn: 'production',
        ...ends,
        nextSet: false,
        auths: { count: 1, atLeast: false },
        authsUrl: authsUrl('production'),
      },
      {
        environment: 'sandbox',
        keptIn: 'sandbox',
        expiresAt: null,
        daysLeft: null,
        nextSet: false,
        auths: none,
        authsUrl: authsUrl('sandbox'),
      },
      {
        environment: 'staging',
        keptIn: 'production',
        ...ends,
        nextSet: false,
        auths: none,
        authsUrl: authsUrl('staging'),
      },
    ]);
    await w.clock.advance(12 * day);
    expect((await readClientSecrets(w.deps, where(service))).items[0]?.daysLeft).toBe(-2);
  });

  it('is empty where there is no client secret', async () => {
    expect(await readClientSecrets(w.deps, where(await tokenService(w)))).toEqual({ items: [] });
  });

  it('looks at 2,000 auths at the most, and says that there may be more', async () => {
    const service = await oauth2Service(w);
    const auth = await connectedAuth(w, service);
    let reads = 0;
    const list = ((_: unknown, { limit }: { limit: number }) => {
      reads += 1;
      return Promise.resolve({ items: Array.from({ length: limit }, () => auth), next: 'more' });
    }) as unknown as Store['list'];
    const countIn = await countAuths({ store: { ...w.deps.store, list } }, service);
    expect(countIn(['production'])).toEqual({ count: 2000, atLeast: true });
    expect(reads).toBe(10);
  });

  it('counts only auths that still work', async () => {
    const service = await oauth2Service(w);
    const auth = await connectedAuth(w, service);
    const over: Auth = { ...auth, state: 'needs_reconnect' };
    await w.deps.store.replace(auths, over);
    expect((await countAuths(w.deps, service))(['production'])).toEqual({ count: 0, atLeast: false });
  });
});

describe('a legacy service', () => {
  const sunsetAt = at(100 * day);
  const legacy = { sunsetAt, message: 'Use Acme CRM of the organization.' };

  it('is told of 90, 30 and 7 days before its sunset and at it, each once', async () => {
    const service = await tokenService(w, { legacy });
    await keyedAuth(w, service);
    await live(110 * day, 6 * hour, stormy(5));
    expect(leadDays('service.legacy_sunset')).toEqual([90, 30, 7, 0]);
    expect(heard('service.legacy_sunset')[0]?.data).toEqual({
      serviceId: service.id,
      workspaceId: w.workspaceId,
      sunsetAt,
      leadSeconds: 90 * 86_400,
      message: legacy.message,
      auths: { count: 1, atLeast: false },
      authsUrl: `https://latchkey.example/v1/workspaces/${w.workspaceId}/auths?serviceId=${service.id}`,
    });
  }, 60_000);

  it('warns whoever reads it', async () => {
    const shown = showService(await tokenService(w, { legacy }));
    expect(shown['warnings']).toEqual([
      {
        code: 'legacy_service',
        path: 'legacy',
        message: `Use Acme CRM of the organization. From ${sunsetAt} on no new auth is made with it.`,
      },
    ]);
    const undated = showService(await tokenService(w, { legacy: {} }));
    expect(undated['warnings']).toMatchObject([
      { message: expect.stringMatching(/^This service is a legacy/) },
    ]);
    expect(told(w, 'service.')).toEqual([]);
  });

  it('takes no new auth from its sunset on: 410', async () => {
    const keyed = await tokenService(w, { legacy });
    const consented = await oauth2Service(w, { legacy: { sunsetAt } });
    await w.clock.advance(100 * day - 1);
    await keyedAuth(w, keyed);
    await opened(w, { serviceId: consented.id });
    await w.clock.advance(1);
    const gone = { status: 410, code: 'service_sunset' };
    await expect(keyedAuth(w, keyed)).rejects.toMatchObject({
      ...gone,
      message: expect.stringContaining(legacy.message),
    });
    await expect(opened(w, { serviceId: consented.id })).rejects.toMatchObject(gone);
  });

  it('lets auths that exist go on, and be connected again', async () => {
    const service = await oauth2Service(w, { legacy: { sunsetAt } });
    const auth = await connectedAuth(w, service);
    await w.clock.advance(101 * day);
    const again = await connectedAuth(w, service, { authId: auth.id });
    expect(again).toMatchObject({ id: auth.id, epoch: 2, state: 'active' });
  });
});
