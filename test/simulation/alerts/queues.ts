import { reactions, takes, type Reaction } from '#functions/reactions.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Bus, Deps } from '#shared/ports.ts';
import type { Timeline } from './timeline.ts';
import type { Skies } from './weather.ts';
import { load, workersOf } from './workers.ts';

const second = 1000;

/** As deployed: a message is hidden for six times as long as its function may take, and dead after the fifth time. */
const hiddenFor = 6;
const mostReceives = 5;

interface Message {
  readonly id: string;
  readonly body: string;
  readonly type: string;
  receives: number;
  /** The function has done it at least once. */
  done: boolean;
}

interface World {
  readonly deps: Deps;
  readonly timeline: Timeline;
  readonly skies: Skies;
}

/** One queue with its function at the end. */
const queueOf = async (world: World, reaction: Reaction) => {
  const { timeline, skies } = world;
  const { name, entry, batchSize, concurrency, timeoutSeconds } = reaction;
  const run = workersOf(world, name, { handler: await load(entry), seconds: timeoutSeconds });
  const waiting: Message[] = [];
  const dead: Message[] = [];
  let running = 0;
  let hidden = 0;

  const hide = (message: Message) => {
    hidden += 1;
    timeline.later(hiddenFor * timeoutSeconds * second, () => {
      hidden -= 1;
      if (message.receives >= mostReceives) {
        if (!message.done) dead.push(message);
      } else send(message);
    });
  };

  const isDone = (answer: unknown): boolean =>
    (answer as { readonly batchItemFailures: readonly unknown[] } | undefined)?.batchItemFailures.length ===
    0;

  const begin = (batch: readonly Message[]) => {
    for (const message of batch) message.receives += 1;
    // The function was not to be had: nothing of the batch is begun.
    if (skies.goesWrong() && skies.chance.happens(0.3)) {
      batch.forEach(hide);
      return;
    }
    running += 1;
    const events = batch.map(({ id, body }) => ({ Records: [{ messageId: id, body }] }));
    run(events, (answers) => {
      running -= 1;
      batch.forEach((message, place) => {
        const done = isDone(answers[place]);
        message.done ||= done;
        // That it was done may be lost on the way back: it comes once more.
        if (!done || (skies.goesWrong() && skies.chance.happens(0.3))) hide(message);
      });
      pump();
    });
  };

  const pump = () => {
    while (running < concurrency && waiting.length > 0) begin(waiting.splice(0, batchSize));
  };

  const send = (message: Message) => {
    waiting.push(message);
    pump();
  };

  return {
    name,
    take: (event: LatchkeyEvent) => {
      const body = JSON.stringify({ source: 'latchkey', detail: event });
      send({ id: event.id, body, type: event.type, receives: 0, done: false });
    },
    /** What was given up, and was never done. */
    dead: dead as readonly Message[],
    left: () => waiting.length + running + hidden,
  };
};

const fewest = 30;
const most = 500;

/** The bus, with a queue behind it for every reaction that the product has. */
export const busOf = (
  { timeline, skies }: Pick<World, 'timeline' | 'skies'>,
  isWanted: (type: string) => boolean,
) => {
  const taken = new Map<string, string>();
  let queues: readonly Awaited<ReturnType<typeof queueOf>>[] = [];
  const ways = new Map<string, typeof queues>();

  const waysOf = (type: string) => {
    const found =
      ways.get(type) ??
      queues.filter(({ name }) =>
        reactions.some((reaction) => reaction.name === name && takes(reaction, type)),
      );
    ways.set(type, found);
    return found;
  };

  const carry = (event: LatchkeyEvent, to: (typeof queues)[number]) => {
    // The bus tries again when a queue does not take an event, and now and then a queue holds one twice.
    const refused = skies.goesWrong() ? skies.chance.below(60_000) : 0;
    const copies = skies.goesWrong() && skies.chance.happens(0.3) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1)
      timeline.later(fewest + skies.chance.below(most) + refused, () => to.take(event));
  };

  const take = (event: LatchkeyEvent) => {
    if (isWanted(event.type)) taken.set(event.id, event.type);
    for (const queue of waysOf(event.type)) carry(event, queue);
  };

  const bus: Bus = {
    publish: (events) => {
      if (!skies.goesWrong()) {
        events.forEach(take);
        return Promise.resolve();
      }
      const part = skies.chance.pick([0, Math.floor(events.length / 2), events.length]);
      events.slice(0, part).forEach(take);
      return Promise.reject(new Error('The bus has not answered.'));
    },
  };

  return {
    bus,
    /** Opens the queues; until then nothing is published. */
    open: async (deps: Deps) => {
      queues = await Promise.all(reactions.map((reaction) => queueOf({ deps, timeline, skies }, reaction)));
    },
    /** The type of every event that subscribers want and that the bus took, by its id. */
    taken: taken as ReadonlyMap<string, string>,
    dead: () => queues.flatMap(({ name, dead }) => dead.map(({ type }) => `${name}: ${type}`)),
    left: () =>
      Object.fromEntries(
        queues.filter((queue) => queue.left() > 0).map((queue) => [queue.name, queue.left()]),
      ),
  };
};
