import { describe, expect, it } from '@jest/globals';
import { chance } from '#shared/domain/chance.ts';
import type { Ends } from '#shared/domain/learning/ends.ts';
import { withEnd, withRenewal } from '#shared/domain/learning/evidence.ts';
import { learnLifetime } from '#shared/domain/learning/learn.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import { seededRandom } from '#shared/memory/random.ts';
import { day, minute, start, world } from '../../../support/deps.ts';
import { oauth2Service } from '../../../support/nouns.ts';
import { authIdOf, ended, outlived, serviceNow } from './told.ts';

const series = 300;
const steps = 60;

/** One thing that is told: an end, or a renewal at an age. */
interface Told {
  readonly kind: 'end' | 'renewal';
  readonly auth: number;
  readonly consentedAt: number;
  readonly seconds: number;
}

/** Ages as they are met with: of a clock, give or take what it takes to notice, or of people who change their mind. */
const ageOf = (draw: () => number, clock: number): number =>
  Math.floor(draw() < 0.6 ? clock * (1 + draw() * 0.14) : 3600 + draw() * 40 * 86_400);

const seriesOf = (seed: number): readonly Told[] => {
  const random = seededRandom(seed);
  const draw = () => chance({ random });
  const clocks = [7 * 86_400, draw() < 0.5 ? 7 * 86_400 : 2 * 86_400 + draw() * 20 * 86_400];
  const all: Told[] = [];
  for (let step = 0; step < steps; step += 1) {
    const again = draw() < 0.15 && all[Math.floor(draw() * all.length)];
    const kind = draw() < 0.15 ? 'renewal' : 'end';
    const clock = clocks[step < steps / 2 ? 0 : 1]!;
    const seconds = kind === 'end' ? ageOf(draw, clock) : Math.floor(clock * (0.9 + draw()));
    const endedAt = start + step * (day / 4) - (draw() < 0.1 ? 20 * day * draw() : 0);
    const consentedAt = Math.max(0, Math.floor(endedAt / 1000) * 1000 - seconds * 1000);
    all.push(again || { kind, auth: step, consentedAt, seconds });
  }
  return all;
};

const near = (age: number, other: number) => Math.abs(age - other) <= other / 10 + 1e-6;
const beyond = (age: number, other: number) => age > other * 1.1 + 1e-6;

/** The rule told plainly: by trying every age that could be meant, over all that was ever told. */
const plain = (w: { now: () => number }) => {
  let ends: (Told & { dead?: boolean })[] = [];
  let mark: { seconds: number; ends: number; since: number; from: number; by: Set<number> } | undefined;
  const news: string[] = [];

  const drop = (reason: string) => {
    news.push(`withdrawn ${mark!.seconds} ${reason}`);
    mark = undefined;
  };
  const believe = () => {
    const alive = ends.filter(({ dead }) => !dead);
    let best: { seconds: number; near: typeof alive } | undefined;
    const could = alive.flatMap(({ seconds }) => [seconds, Math.ceil((seconds * 10) / 11)]);
    for (const age of could.toSorted((a, b) => a - b)) {
      const group = alive.filter(({ seconds }) => near(seconds, age));
      const tooYoung = group.every(({ seconds }) => seconds > age);
      if (group.length < 5 || tooYoung || group.length <= (best?.near.length ?? 0)) continue;
      best = { seconds: age, near: group };
    }
    if (!best) return;
    if (mark) {
      const { seconds: age } = mark;
      const still = alive.filter(({ seconds }) => near(seconds, age)).length;
      if (!beyond(age, best.seconds) || best.near.length <= still) return;
      drop('replaced');
    }
    const from = Math.min(...best.near.map(({ consentedAt }) => consentedAt));
    mark = { seconds: best.seconds, ends: best.near.length, since: w.now(), from, by: new Set() };
    news.push(`suspected ${mark.seconds} ${mark.ends}`);
  };
  const lives = ({ auth, consentedAt, seconds }: Told) => {
    if (!mark || !beyond(seconds, mark.seconds) || consentedAt < mark.from) return;
    mark.by.add(auth);
    if (mark.by.size < 3) return;
    const { seconds: age } = mark;
    ends = ends.map((end) => (near(end.seconds, age) ? { ...end, dead: true } : end));
    drop('outlived');
  };
  const known = new Set<number>();
  return {
    news,
    mark: () => mark && { seconds: mark.seconds, ends: mark.ends, since: mark.since },
    hear: (told: Told) => {
      if (told.kind === 'end') {
        if (known.has(told.auth)) return;
        known.add(told.auth);
        const at = (end: Told) => end.consentedAt + end.seconds * 1000;
        const after = [...ends, told].toSorted((a, b) => at(b) - at(a) || a.auth - b.auth).slice(0, 20);
        if (!after.includes(told)) return;
        ends = after;
      }
      lives(told);
      believe();
    },
  };
};

const newsOf = (events: readonly LatchkeyEvent[]) =>
  events
    .filter(({ type }) => type.startsWith('service.lifetime_'))
    .map(({ type, data }) =>
      [
        type.slice('service.lifetime_'.length),
        data['seconds'],
        type.endsWith('suspected') ? data['ends'] : data['reason'],
      ].join(' '),
    );

const unknown: Ends = {
  organizationId: `org_${'0'.repeat(26)}`,
  serviceId: `svc_${'0'.repeat(26)}`,
  environment: 'production',
  tie: 'tie',
  ends: [],
  changedAt: 0,
  revision: 0,
};

const markOf = ({ suspected }: Ends) =>
  suspected && { seconds: suspected.seconds, ends: suspected.ends, since: suspected.since };

describe('what a service learns of its auths', () => {
  it(`is what a plain model says, in ${series} random series of ends and renewals, some told again`, () => {
    const seen = { suspected: 0, outlived: 0, replaced: 0 };
    for (let seed = 1; seed <= series; seed += 1) {
      let now = start;
      let item = unknown;
      const model = plain({ now: () => now });
      for (const each of seriesOf(seed)) {
        now += minute;
        const { kind, auth, consentedAt, seconds } = each;
        const change = kind === 'end' ? withEnd : withRenewal;
        item = change(item, { authId: authIdOf(auth), epoch: 1, consentedAt, seconds }, now);
        model.hear(each);
        expect([seed, markOf(item)]).toEqual([seed, model.mark()]);
      }
      for (const news of model.news)
        for (const kind of ['suspected', 'outlived', 'replaced'] as const)
          if (news.includes(kind)) seen[kind] += 1;
    }
    // Every way was gone, or this would show little.
    expect(seen.suspected).toBeGreaterThan(series);
    expect(seen.outlived).toBeGreaterThan(series / 4);
    expect(seen.replaced).toBeGreaterThan(series / 20);
  });

  it('is borne and told by the service itself, each change once', async () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const w = await world(seed);
      const service = await oauth2Service(w);
      const model = plain({ now: () => w.clock.now() });
      for (const each of seriesOf(seed)) {
        await w.clock.advance(minute);
        await learnLifetime(w.deps, (each.kind === 'end' ? ended : outlived)(w, service, each));
        model.hear(each);
        const { suspectedLifetimes } = await serviceNow(w, service);
        expect([seed, suspectedLifetimes?.['production']]).toEqual([seed, model.mark()]);
      }
      expect([seed, newsOf(w.bus.events)]).toEqual([seed, model.news]);
    }
  }, 60_000);
});
