import { AuthConnected } from '#shared/domain/auths/events.ts';
import { sweep } from '#shared/domain/schedule/sweep.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { deliveries, deliveriesTo } from '#shared/domain/subscriptions/delivery.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import {
  NewSubscription,
  subscriptionKey,
  subscriptions,
  type Subscription,
} from '#shared/domain/subscriptions/subscription.ts';
import { newEvent, type EventKind, type LatchkeyEvent } from '#shared/events.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { provide } from '#shared/deps.ts';
import { react } from './api.ts';
import { minute, turns, type World } from './deps.ts';

/** Subscribes somebody to something. */
export const subscribed = async (
  { deps, organizationId }: World,
  target: object,
  events: readonly string[] = ['auth.*'],
) => {
  const input = NewSubscription.parse({ name: 'Operations', target, events });
  return createSubscription(deps, { organizationId, input });
};

export const webhookAt = (name: string) => ({ type: 'webhook', url: `https://${name}.example/hook` });

/** An event of a kind, by its example, planned for whoever wants it. */
export const happened = async (w: World, kind: EventKind = AuthConnected): Promise<LatchkeyEvent> => {
  const event = newEvent(w.deps, kind as never, { organizationId: w.organizationId, data: kind.example });
  await planDeliveries(w.deps, event);
  return event;
};

export const subscriptionNow = async (w: World, { id }: Pick<Subscription, 'id'>): Promise<Subscription> => {
  const found = await w.deps.store.get(subscriptions, subscriptionKey(w.organizationId, id));
  if (!found) throw new Error('There is no such subscription.');
  return found;
};

/** All deliveries to a subscription, the oldest event first. */
export const deliveriesNow = async (w: World, { id }: Pick<Subscription, 'id'>) =>
  (await w.deps.store.list(deliveries, { ...deliveriesTo(w.organizationId, id), limit: 100_000 })).items;

const names = ['deliver', 'redeliver', 'forget-signing-secrets', 'flush-outboxes'];

/** The queues of deliveries with as many workers as on AWS, the sweep each minute, in virtual time. */
export const deliveryHall = (w: World) => {
  provide(w.deps);
  const own = reactions.filter(({ name }) => names.includes(name));
  const queues = own.map((reaction) => ({ reaction, waiting: [] as LatchkeyEvent[], running: 0 }));
  let seen = 0;
  let sweptAt = w.clock.now();

  const pump = async (): Promise<void> => {
    for (const event of w.bus.events.slice(seen))
      for (const queue of queues) if (takes(queue.reaction, event.type)) queue.waiting.push(event);
    seen = w.bus.events.length;
    for (const queue of queues)
      while (queue.running < queue.reaction.concurrency && queue.waiting.length > 0) {
        const event = queue.waiting.shift()!;
        queue.running += 1;
        const { handler } = (await import(`#functions/${queue.reaction.entry}`)) as { handler: unknown };
        void react(handler, [event]).then((failed) => {
          queue.running -= 1;
          if (failed > 0) queue.waiting.push(event);
        });
      }
  };

  /** Lets time pass; what becomes due is done. */
  const live = async (milliseconds: number, step = minute): Promise<void> => {
    const end = w.clock.now() + milliseconds;
    while (w.clock.now() < end) {
      await w.clock.advance(Math.min(step, end - w.clock.now()));
      if (w.clock.now() - sweptAt >= minute) {
        sweptAt = w.clock.now();
        await sweep(w.deps);
      }
      for (let round = 0; round < 4; round += 1) {
        await pump();
        await turns(3);
      }
    }
  };
  return { live };
};
