import { learnLifetime } from '#shared/domain/learning/learn.ts';
import type { Service } from '#shared/domain/services/service.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Deps } from '#shared/ports.ts';
import { hour, start, told, world, type World } from '../../../support/deps.ts';
import { oauth2Service } from '../../../support/nouns.ts';
import { ended, outlived, serviceNow, type Lived } from './told.ts';

/** Seconds. */
export const aDay = 86_400;
export const week = 7 * aDay;

export let w: World;
export let service: Service;

/** What each test begins with. */
export const setStage = async () => {
  w = await world();
  service = await oauth2Service(w, {
    environments: { sandbox: { auth: { clientId: 'sandbox', clientSecret: 'sandbox-secret' } } },
  });
};

export const hears = (event: LatchkeyEvent, deps: Deps = w.deps) => learnLifetime(deps, event);
export const ends = async (...all: readonly Lived[]) => {
  for (const lived of all) await hears(ended(w, service, lived));
};
export const lives = async (...all: readonly Lived[]) => {
  for (const lived of all) await hears(outlived(w, service, lived));
};
/** Auths that ended at some ages in seconds, numbered from one on. */
export const atAges = (ages: readonly number[], first = 1): readonly Lived[] =>
  ages.map((seconds, index) => ({ auth: first + index, seconds, consentedAt: start + index * hour }));
export const mark = async (environment = 'production') =>
  (await serviceNow(w, service)).suspectedLifetimes?.[environment];
export const lifetimeNews = () => told(w, 'service.lifetime_');
export const fiveAWeek = atAges([week, week + 600, week + 1200, week + 1800, week + 2400]);
