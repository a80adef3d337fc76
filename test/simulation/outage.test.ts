import { describe, expect, it } from '@jest/globals';
import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { hour, minute } from '../support/deps.ts';
import { fleet, type Fleet } from '../support/fleet.ts';
import type { Outage } from '../support/strict-provider.ts';
import { answer, jsonAnswer } from '../support/watched.ts';

interface Case {
  readonly auths: number;
  readonly outage: Outage;
  readonly milliseconds?: number;
  /** How many auths are called once a minute all the while. */
  readonly called?: number;
  readonly seed?: number;
  /** So many minutes after its end all are to be well; 10 if it is not said. */
  readonly within?: number;
}

type Events = Fleet['told'];

const count = (events: Events, type: string) => events.filter((event) => event.type === type).length;

const most = (keys: readonly unknown[]): number => {
  const counts = new Map<unknown, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Math.max(0, ...counts.values());
};

const mostPerAuth = (events: Events, type: string): number =>
  most(events.filter((event) => event.type === type).map(({ data }) => data['authId']));

const healthyOf = async (f: Fleet): Promise<number> => {
  const well = await Promise.all((await f.authsNow()).map(f.isHealthy));
  return well.filter(Boolean).length;
};

/** Lets some minutes pass; answers after how many all were healthy. */
const recovery = async (f: Fleet, auths: number, minutes: number): Promise<number | undefined> => {
  let after: number | undefined;
  for (let past = 1; past <= minutes; past += 1) {
    await f.pass(minute);
    if (after === undefined && (await healthyOf(f)) === auths) after = past;
  }
  return after;
};

const codesOf = (failures: readonly unknown[]) => [
  ...new Set(
    failures.map((error) => `${(error as { status: number }).status} ${(error as { code: string }).code}`),
  ),
];

/**
 * Connects auths with hourly tokens over an hour, lets their provider be out, and counts. Calls beyond the probes are all but
 * those that the open breaker has let through as its tries.
 */
const outageOf = async (name: string, of: Case) => {
  const { auths, outage, milliseconds = 6 * hour, called = 0, seed = 7, within = 10 } = of;
  const f = await fleet(seed);
  await f.connect(auths);
  f.areCalled(called);
  const [made, probed, known] = [f.provider.calls.length, f.probes(), f.told.length];
  f.provider.goesDown(outage);
  await f.pass(milliseconds);
  f.provider.isBack();
  const end = f.clock.now();
  const probes = f.probes() - probed;
  const beyond = f.provider.calls.length - made - probes;
  const failedDuring = f.called.failures.length;
  const healthyAfter = await recovery(f, auths, within);
  const after = f.provider.calls.filter((at) => at >= end);
  const events = f.told.slice(known);
  const states = (await f.authsNow()).map(({ state }) => state);
  const figures = {
    healthy: await healthyOf(f),
    healthyAfter,
    flipped:
      states.filter((state) => state === 'needs_reconnect').length + count(events, 'auth.needs_reconnect'),
    probes,
    beyond,
    beyondPerAuth: beyond / auths,
    callsAfter: after.length,
    peakAfter: most(after.map((at) => Math.floor((at - end) / minute))),
    paused: count(events, 'service.renewals_paused'),
    resumed: count(events, 'service.renewals_resumed'),
    failedPerAuth: mostPerAuth(events, 'auth.refresh_failed'),
    recoveredPerAuth: mostPerAuth(events, 'auth.recovered'),
    errors: f.failures.length,
    served: f.called.served,
    failedDuring,
    codes: codesOf(f.called.failures),
  };
  console.log(`${name}, ${auths} auths for ${milliseconds / minute} minutes: ${JSON.stringify(figures)}`);
  return figures;
};

/** What holds of every outage: nobody has to connect again, and all are well ten minutes after its end. */
const lostNothing = (auths: number) => ({ healthy: auths, flipped: 0, errors: 0 });

/** What else holds where nothing is answered until the end. */
const toldOnce = { paused: 1, resumed: 1, failedPerAuth: 1, recoveredPerAuth: 1 };

const answers =
  (make: () => IncomingResponse): Outage =>
  () =>
    Promise.resolve(make());

const breaks = (reason: HttpFailure['reason']): Outage => {
  const failure = () => Promise.reject(new HttpFailure(reason, false));
  return failure;
};

const unavailable = answers(() => answer(503));

/** Nothing comes for a minute, so that nobody knows whether the refresh token was spent. It was not. */
const hangs: Outage = async (clock) => {
  await clock.sleep(minute);
  throw new HttpFailure('timeout', true);
};

const retryAfterDate: Outage = (clock) => {
  const date = new Date(clock.now() + 2 * minute).toUTCString();
  return Promise.resolve(answer(503, '', [['retry-after', date]]));
};

const page = '<!doctype html><title>Error</title>';

describe('an outage of six hours', () => {
  it('of a provider of 1,000 auths, of which 50 are called each minute, costs nobody anything', async () => {
    const figures = await outageOf('503', { auths: 1000, outage: unavailable, called: 50 });
    expect(figures).toMatchObject({ ...lostNothing(1000), ...toldOnce });
    expect(figures.beyondPerAuth).toBeLessThanOrEqual(1.2);
    // Their tokens serve while they last; afterwards each call is told at once.
    expect(figures.served).toBeGreaterThan(1000);
    expect(figures.failedDuring).toBeGreaterThan(10_000);
    expect(figures.codes).toEqual(['502 refresh_failed']);
    // Over two minutes and more, not all in the first.
    expect(figures.peakAfter).toBeLessThanOrEqual(900);
    expect(figures.callsAfter).toBeLessThanOrEqual(1.1 * 1000);
  }, 300_000);

  it.each<[string, Case]>([
    ['calls that hang for a minute', { auths: 60, outage: hangs }],
    [
      '503 and 120 s to wait',
      { auths: 20, outage: answers(() => answer(503, '', [['retry-after', '120']])) },
    ],
    ['503 and a date to wait for', { auths: 20, outage: retryAfterDate }],
    ['refused connections', { auths: 20, outage: breaks('connect') }],
    ['a name without an address', { auths: 20, outage: breaks('dns') }],
    ['handshakes that fail', { auths: 20, outage: breaks('tls') }],
    [
      '500 with a page',
      { auths: 20, outage: answers(() => answer(500, page, [['content-type', 'text/html']])) },
    ],
    ['429', { auths: 20, outage: answers(() => jsonAnswer(429, {})) }],
  ])(
    'that shows as %s costs nobody anything',
    async (name, each) => {
      const figures = await outageOf(name, each);
      expect(figures).toMatchObject({ ...lostNothing(each.auths), ...toldOnce });
      expect(figures.beyondPerAuth).toBeLessThanOrEqual(1.2);
    },
    60_000,
  );

  it('in which one call of twenty is answered costs nobody more than the calls until it is known again', async () => {
    let calls = 0;
    const outage: Outage = () => Promise.resolve((calls += 1) % 20 === 0 ? undefined : answer(503));
    // An auth that failed between two answers, and often before, waits by itself for up to an hour.
    const figures = await outageOf('5 % answered', { auths: 60, outage, within: 75 });
    expect(figures).toMatchObject(lostNothing(60));
    expect(figures.paused).toBeGreaterThan(1);
    expect(figures.resumed).toBe(figures.paused);
    // As many as the service's cap are under way when the breaker opens once more.
    expect(figures.beyond).toBeLessThanOrEqual(figures.paused * 60);
  }, 60_000);

  it.each(
    [1, 2, 3].flatMap((seed) => [
      [seed, 'an answer of 503', unavailable] as const,
      [seed, 'calls that hang', hangs] as const,
    ]),
  )('of a provider of three auths costs them nothing: seed %i, %s', async (seed, name, outage) => {
    const figures = await outageOf(`${name}, seed ${seed}`, { auths: 3, outage, seed });
    expect(figures).toMatchObject({ ...lostNothing(3), ...toldOnce });
    // So many make the breaker open.
    expect(figures.beyond).toBe(5);
  });
});

describe('an outage of three minutes', () => {
  it('is over for all auths within ten minutes too', async () => {
    // Of so many with hourly tokens some fifteen are due meanwhile: more than make the breaker open.
    const figures = await outageOf('short', { auths: 300, outage: unavailable, milliseconds: 3 * minute });
    expect(figures).toMatchObject({ ...lostNothing(300), ...toldOnce });
  }, 60_000);
});
