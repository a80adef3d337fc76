import { expect } from '@jest/globals';
import { AuthNeedsReconnect } from '#shared/domain/auths/events.ts';
import { composeDigest } from '#shared/domain/subscriptions/compose-digest.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { deliveries, deliveriesTo } from '#shared/domain/subscriptions/delivery.ts';
import { DigestComposed, DigestDue } from '#shared/domain/subscriptions/events.ts';
import { listDigestEvents } from '#shared/domain/subscriptions/list-digest-events.ts';
import { NewSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { sweep } from '#shared/domain/schedule/sweep.ts';
import { newEvent, type LatchkeyEvent } from '#shared/events.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '#shared/ports.ts';
import { minute, world, type World } from '../../../../support/deps.ts';

export let w: World;
let composed = 0;
/** What each test begins with. */
export const setStage = async () => {
  w = await world();
  composed = 0;
};

export const subscribe = async (parts: Readonly<Record<string, unknown>> = {}) => {
  const input = NewSubscription.parse({
    name: 'Operations',
    target: { type: 'webhook', url: 'https://hook.example/in' },
    events: ['auth.*'],
    digest: 'hourly',
    ...parts,
  });
  const { subscription } = await createSubscription(w.deps, { organizationId: w.organizationId, input });
  return subscription.id;
};

const causes = ['revoked', 'idle_limit', 'client_secret'] as const;

/** An auth that has just died. */
export const death = (index = 0): LatchkeyEvent =>
  newEvent(w.deps, AuthNeedsReconnect, {
    organizationId: w.organizationId,
    data: {
      ...AuthNeedsReconnect.example,
      authId: newId('auth', w.deps),
      cause: causes[index % causes.length]!,
    },
  });

/** Does what the sweep has asked for, as the reaction does. */
const compose = async (deps: Deps = w.deps): Promise<void> => {
  for (; composed < w.bus.events.length; composed += 1) {
    const { type, data, organizationId } = w.bus.events[composed]!;
    if (type !== DigestDue.type) continue;
    for (const place of DigestDue.data.parse(data).digests)
      await composeDigest(deps, { organizationId, ...place });
  }
};

export const live = async (milliseconds: number): Promise<void> => {
  for (let passed = 0; passed < milliseconds; passed += minute) {
    await w.clock.advance(minute);
    await sweep(w.deps);
    await compose();
  }
};

export const told = async (subscriptionId: string) => {
  const where = deliveriesTo(w.organizationId, subscriptionId);
  const { items } = await w.deps.store.list(deliveries, { ...where, limit: 1000 });
  return items.map(({ event }) => event);
};
export const digestsTold = async (subscriptionId: string) =>
  (await told(subscriptionId)).map(({ type, data }) => {
    expect(type).toBe('subscription.digest');
    return DigestComposed.data.parse(data);
  });

export const digestOf = (instant: number, digest = 'hourly') => `${digest}-${instant}`;
export const gathered = async (subscriptionId: string, digestId: string) => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const where = { organizationId: w.organizationId, subscriptionId, digestId };
    const page = await listDigestEvents(w.deps, { ...where, query: { limit: 200, cursor } });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
};
