import { beforeAll, describe, expect, it } from '@jest/globals';
import { quieten } from '#shared/log.ts';
import { day, hour, minute, start } from '../support/deps.ts';
import { capturedOutput } from '../support/output.ts';
import { alerts, alertsOf, type Outcome, type Run } from './alerts/run.ts';
import { nothingWrong, verdictOn } from './alerts/verdict.ts';
import { calm, killsOf, type Weather } from './alerts/weather.ts';
import { withoutTimers } from './without-timers.ts';

/** Two renewals in a life of a week: this is not about them. */
const tokenLifeSeconds = 80 * 3600;

const played = async (name: string, run: Run): Promise<Outcome> => {
  quieten();
  const output = capturedOutput();
  const outcome = await withoutTimers(() => alertsOf(run)).finally(output.stop);
  const { made, figures } = outcome;
  console.log(`${name}: ${String(made.length)} auths, ${JSON.stringify(figures)}`);
  for (const subscriber of Object.keys(run.subscribers))
    console.log(`${subscriber}: ${JSON.stringify(verdictOn(outcome, subscriber))}`);
  return outcome;
};

/** All that takes part in telling and bringing. */
const functions = [
  'tell-endings',
  'plan-deliveries',
  'deliver',
  'flush-outboxes',
  'refresh-auths',
  'sweep',
  'sweep-from-start',
];

const [downFrom, downUntil] = [start + 20 * day, start + 21 * day];

const steady = { health: 'well', events: alerts } as const;
const dead = { health: 'dead', events: alerts } as const;

const storm: Weather = {
  seed: 5,
  failures: 0.1,
  // What failed last is done again before the end, so that nothing of it is left.
  failuresUntil: start + 60 * day - 6 * hour,
  slow: 0.02,
  kills: killsOf(functions, { count: 20, from: start, until: start + 36 * day, seed: 5 }),
};

describe('sixty days in which one call of ten of bus, queues and subscribers fails and 20 processes are killed', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await played('storm', {
      ...{ demo: 10_000, verified: 500, madeOver: 30, days: 60, tokenLifeSeconds },
      weather: storm,
      subscribers: {
        steady,
        fallen: { health: { downFrom, downUntil }, events: ['auth.expired', 'auth.needs_reconnect'] },
      },
    });
  }, 600_000);

  it('tell of each lead time and the end of each of 10,000 auths exactly once, and of no verified one', () => {
    const { wrong, heard } = verdictOn(outcome, 'steady');
    expect(wrong).toEqual(nothingWrong);
    expect(heard).toBe(10_000 * 6);
    expect(outcome.made.filter(({ demo }) => !demo)).toHaveLength(500);
  });

  it('leave nothing undone, though all went wrong that was to go wrong', () => {
    expect(outcome.struck).toHaveLength(20);
    expect(outcome.figures['failedJobs']).toBeGreaterThan(1000);
    expect(outcome.left).toEqual({});
    // One in a hundred thousand messages fails all five times. What it was to do the schedule has done, or something would be left.
    expect(outcome.dead.length).toBeLessThanOrEqual(5);
  });

  it('tell of each lead time within one sweep for most, and within one more for each thing that went wrong', () => {
    const { 'auth.needs_reconnect': end, ...leads } = verdictOn(outcome, 'steady').late;
    for (const late of Object.values(leads)) {
      expect(late.half).toBeLessThanOrEqual(60);
      expect(late.of99).toBeLessThanOrEqual(2 * 60);
      expect(late.most).toBeLessThanOrEqual(6 * 60);
    }
    // The end is known by the provider's refusal: a renewal that failed has its own time for the next try.
    expect(end?.half).toBeLessThanOrEqual(2 * 60);
    expect(end?.most).toBeLessThanOrEqual(3600);
  });

  it('bring nothing that the reference library of Standard Webhooks does not believe', () => {
    const { refused, requests, repeats } = verdictOn(outcome, 'steady');
    expect(refused).toEqual([]);
    // What was brought twice bore the same id, or the counts above would be others.
    expect(repeats).toBeGreaterThan(100);
    expect(requests).toBeGreaterThan(10_000 * 6);
  });

  it('bring all to a subscriber that was down for a day', () => {
    const { wrong, refused } = verdictOn(outcome, 'fallen');
    expect({ wrong, refused }).toEqual({ wrong: nothingWrong, refused: [] });
    const told = [...outcome.subscribers['fallen']!.told.values()];
    const received = (from: number, until: number) =>
      told.filter(({ receivedAt }) => receivedAt >= from && receivedAt < until).length;
    expect(received(downFrom, downUntil)).toBe(0);
    expect(told.filter(({ at }) => at >= downFrom && at < downUntil).length).toBeGreaterThan(500);
  });
});

describe('sixty days in which nothing goes wrong', () => {
  it('tell of each lead time within one sweep, and bring it within two seconds', async () => {
    const outcome = await played('calm', {
      ...{ demo: 500, verified: 50, madeOver: 30, days: 60, tokenLifeSeconds },
      weather: calm,
      subscribers: { steady },
    });
    const { wrong, late, brought, refused, repeats } = verdictOn(outcome, 'steady');
    expect({ wrong, refused, repeats }).toEqual({ wrong: nothingWrong, refused: [], repeats: 0 });
    const { 'auth.needs_reconnect': end, ...leads } = late;
    for (const { most } of Object.values(leads)) expect(most).toBeLessThanOrEqual(minute / 1000 + 2);
    // The end asks for a renewal, which the next sweep finds; only the refusal of that tells the rest.
    expect(end?.most).toBeLessThanOrEqual((2 * minute) / 1000 + 2);
    expect(brought.most).toBeLessThanOrEqual(2);
  }, 600_000);
});

describe('a subscriber that never answers', () => {
  /** So many auths, all made within some time, and so told of within as long. */
  const beside = (made: number, within: number) => async (others: Run['subscribers']) => {
    const outcome = await played(`${String(made)} within ${String(within / hour)} h`, {
      ...{ demo: made, verified: 0, madeOver: within / day, days: 9, tokenLifeSeconds },
      weather: calm,
      subscribers: { ...others, steady },
    });
    return verdictOn(outcome, 'steady');
  };

  it('delays another by nothing', async () => {
    const brought = beside(300, 10 * hour);
    const [alone, together] = [await brought({}), await brought({ dead })];
    expect([alone.wrong, together.wrong]).toEqual([nothingWrong, nothingWrong]);
    expect(together.brought).toEqual(alone.brought);
  }, 600_000);

  it('delays another by nothing when 300 auths end within some minutes', async () => {
    const brought = beside(300, 6 * minute);
    const [alone, together] = [await brought({}), await brought({ dead })];
    expect([alone.wrong, together.wrong]).toEqual([nothingWrong, nothingWrong]);
    expect(together.brought.most).toBeLessThanOrEqual(alone.brought.most + 1);
  }, 600_000);
});
