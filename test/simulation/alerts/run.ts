import { keySealer } from '#shared/aws/sealer.ts';
import { foundOrganization } from '#shared/domain/deployment/found.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { NewSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { schedules } from '#functions/schedules.ts';
import { seededRandom } from '#shared/memory/random.ts';
import { memoryNotices } from '#shared/memory/notices.ts';
import { memoryVault } from '#shared/memory/vault.ts';
import type { Deps } from '#shared/ports.ts';
import { connectedAuth, makeAuth, oauth2Service, umbrella } from '../../support/nouns.ts';
import { start, type World } from '../../support/deps.ts';
import { chanceOf } from '../chance.ts';
import { orderedStore } from './ordered-store.ts';
import { outsideOf, type Subscribed, type Subscriber } from './outside.ts';
import { busOf } from './queues.ts';
import { timelineOf } from './timeline.ts';
import { weatherOf, type Weather } from './weather.ts';
import { load, workersOf } from './workers.ts';

const minute = 60_000;
const day = 86_400_000;
const week = 7 * day;

/** What people want to hear of: all that says that an auth will end or has ended. */
export const alerts = [
  'auth.at_risk',
  'auth.expiring',
  'auth.expired',
  'auth.needs_reconnect',
  'auth.refresh_failed',
  'auth.recovered',
];

export interface Run {
  /** How many auths are made of the application that is only shown around, and of the verified one beside it. */
  readonly demo: number;
  readonly verified: number;
  /** Over how many days they are made, evenly but for chance, and how many days pass. */
  readonly madeOver: number;
  readonly days: number;
  readonly weather: Weather;
  readonly subscribers: Readonly<Record<string, Subscribed>>;
  /** How long an access token lives. */
  readonly tokenLifeSeconds?: number;
}

/** A person's consent, when it was given and with which application. */
export interface Made {
  readonly authId: string;
  readonly demo: boolean;
  readonly consentedAt: number;
}

const sealingKey = Uint8Array.from({ length: 32 }, (_, place) => place);

/** A deployment in memory and everything around it, on virtual time. */
const deploymentOf = ({ weather, subscribers, tokenLifeSeconds = 86_400 }: Run) => {
  const timeline = timelineOf(start);
  const skies = weatherOf(weather, timeline.now);
  const outside = outsideOf({ timeline, skies, subscribers, tokenLifeSeconds });
  const bus = busOf({ timeline, skies }, (type) => alerts.includes(type));
  const random = seededRandom(weather.seed);
  const deps: Deps = {
    store: orderedStore(),
    vault: memoryVault(),
    sealer: keySealer({ key: () => Promise.resolve(sealingKey), random }),
    bus: bus.bus,
    http: outside.http,
    notices: memoryNotices(),
    clock: timeline.clock,
    random,
    settings: { publicUrl: 'https://latchkey.example', plainHttp: false },
  };
  return { timeline, skies, outside, bus, deps };
};

type Deployment = ReturnType<typeof deploymentOf>;

/** Every schedule of the product at its own pace, from now on. */
const keepTime = async (world: Deployment) => {
  const failures = { count: 0 };
  for (const { name, entry, everyMinutes } of schedules) {
    const handler = await load(entry);
    const counted = (event: unknown) =>
      handler(event).catch((error: unknown) => {
        failures.count += 1;
        throw error;
      });
    const run = workersOf(world, name, { handler: counted, seconds: minute / 1000 });
    const tick = () => {
      run([{}], () => undefined);
      world.timeline.later(everyMinutes * minute, tick);
    };
    world.timeline.later(everyMinutes * minute, tick);
  }
  return failures;
};

/** Two applications, of which the provider has verified one, each with its service. */
const servicesOf = async (where: World) => {
  const shown = await umbrella(where, {
    verification: { status: 'demo', authLifetimeSeconds: week / 1000 },
  });
  const verified = await umbrella(where, { verification: { status: 'verified' } });
  const refresh = { rotation: 'none' as const };
  return {
    demo: await oauth2Service(where, { umbrellaId: shown.id, auth: { clientId: 'demo', refresh } }),
    verified: await oauth2Service(where, {
      umbrellaId: verified.id,
      auth: { clientId: 'verified', refresh },
    }),
  };
};

const subscribe = async (
  { deps, outside }: Deployment,
  organizationId: string,
  [name, { events }]: readonly [string, Subscribed],
): Promise<void> => {
  const input = NewSubscription.parse({
    name,
    target: { type: 'webhook', url: `https://${name}.example/in` },
    events,
  });
  const { secret } = await createSubscription(deps, { organizationId, input });
  if (!secret) throw new Error('A webhook has a signing secret.');
  outside.subscribers[name]?.holds(secret.reveal());
};

/** One of so many has gone the whole way of a consent; the others bring the tokens of one. */
const wholeWay = 10;

/** When each auth is made, and of which application. */
const momentsOf = ({ demo, verified, madeOver, weather }: Run) => {
  const chance = chanceOf(weather.seed, 5);
  return Array.from({ length: demo + verified }, (_, place) => ({
    demo: place < demo,
    at: start + chance.below(madeOver * day),
  })).toSorted((one, other) => one.at - other.at);
};

const makeAll = async (world: Deployment, where: World, run: Run): Promise<Made[]> => {
  const { timeline, outside } = world;
  const services = await servicesOf(where);
  const made: Made[] = [];
  for (const { demo, at } of momentsOf(run)) {
    await timeline.runUntil(at);
    const service = demo ? services.demo : services.verified;
    const clientId = demo ? 'demo' : 'verified';
    if (made.length % wholeWay === 0) {
      const { id, consentedAt } = await connectedAuth(where, service);
      made.push({ authId: id, demo, consentedAt });
      continue;
    }
    const {
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: life,
    } = outside.provider.consent(clientId);
    const expiresAt = new Date(timeline.now() + life * 1000).toISOString();
    const credential = { accessToken, refreshToken, expiresAt };
    const { id, consentedAt } = await makeAuth(where, { serviceId: service.id, credential });
    made.push({ authId: id, demo, consentedAt });
  }
  return made;
};

/** What came of a run. */
export interface Outcome {
  readonly made: readonly Made[];
  readonly subscribers: Readonly<Record<string, Subscriber>>;
  /** All that somebody wants to hear of and that the bus took: its type, by its id. */
  readonly taken: ReadonlyMap<string, string>;
  /** What is left at the end: how many messages lie in which queue, and what was given up without ever being done. */
  readonly left: Readonly<Record<string, number>>;
  readonly dead: readonly string[];
  /** Over which calls processes were killed. */
  readonly struck: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Lets a deployment live for so many days. */
export const alertsOf = async (run: Run): Promise<Outcome> => {
  const began = { at: performance.now(), used: process.cpuUsage().user };
  const world = deploymentOf(run);
  const { deps, timeline, bus, outside, skies } = world;
  const where = { deps, ...(await foundOrganization(deps)) } as unknown as World;
  await bus.open(deps);
  for (const each of Object.entries(run.subscribers)) await subscribe(world, where.organizationId, each);
  const failed = await keepTime(world);
  const made = await makeAll(world, where, run);
  await timeline.runUntil(start + run.days * day);
  return {
    made,
    subscribers: outside.subscribers,
    taken: bus.taken,
    left: bus.left(),
    dead: bus.dead(),
    struck: skies.struck,
    figures: {
      ...outside.provider.counts,
      failedJobs: failed.count,
      taken: bus.taken.size,
      seconds: Math.round((performance.now() - began.at) / 1000),
      cpuSeconds: Math.round((process.cpuUsage().user - began.used) / 1e6),
    },
  };
};
