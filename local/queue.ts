import * as z from 'zod';
import { LatchkeyEvent } from '#shared/events.ts';
import type { Collection, Store } from '#shared/ports.ts';
import type { Clock } from '#shared/ports.ts';

/** An event on its way to one reaction. It lies in the store until it is done, so that no kill loses it. */
const Message = z.object({
  reaction: z.string(),
  event: LatchkeyEvent,
  receives: z.int(),
  dead: z.boolean(),
  revision: z.int(),
});
export type Message = z.infer<typeof Message>;

const partition = 'LOCAL#QUEUE';

const messages: Collection<Message> = {
  name: 'local_message',
  schema: Message,
  place: ({ reaction, event }) => ({ key: { partition, sort: `${event.id}#${reaction}` } }),
};

/** As on AWS: after five receives a message is a dead letter. */
const mostReceives = 5;

interface QueueOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Runs the reaction; false when the message has to come again. */
  readonly run: (message: Message) => Promise<boolean>;
  readonly concurrency: (reaction: string) => number;
}

/** The queues of all reactions, with the retry rules of those on AWS. */
export interface Queue {
  readonly send: (reaction: string, event: LatchkeyEvent) => Promise<void>;
  /** Takes up what an earlier process left. */
  readonly resume: () => Promise<void>;
  /** Resolves when nothing waits and nothing runs. */
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Queues that lie in the store. */
export const startQueue = ({ store, clock, run, concurrency }: QueueOptions): Queue => {
  const waiting = new Map<string, Message[]>();
  const running = new Map<string, number>();
  const idlers = new Set<() => void>();
  let open = 0;
  let stopped = false;

  const settle = () => {
    open -= 1;
    if (open > 0) return;
    for (const wake of idlers) wake();
    idlers.clear();
  };

  const attempt = async (message: Message): Promise<void> => {
    const done = await run(message);
    if (done) {
      await store.remove(messages, message);
      return;
    }
    const receives = message.receives + 1;
    const next = await store.replace(messages, { ...message, receives, dead: receives >= mostReceives });
    if (!next || next.dead) return;
    await clock.sleep(200 * 2 ** receives);
    if (!stopped) await attempt(next);
  };

  const pump = (reaction: string): void => {
    const line = waiting.get(reaction) ?? [];
    while (!stopped && line.length > 0 && (running.get(reaction) ?? 0) < concurrency(reaction)) {
      const message = line.shift();
      if (!message) return;
      running.set(reaction, (running.get(reaction) ?? 0) + 1);
      void attempt(message)
        .catch((error: unknown) => console.error(`The queue of ${reaction} failed:`, error))
        .finally(() => {
          running.set(reaction, (running.get(reaction) ?? 1) - 1);
          settle();
          pump(reaction);
        });
    }
  };

  const take = (message: Message): void => {
    open += 1;
    waiting.set(message.reaction, [...(waiting.get(message.reaction) ?? []), message]);
    pump(message.reaction);
  };

  const idle = async (): Promise<void> => {
    if (open > 0) await new Promise<void>((resolve) => idlers.add(resolve));
  };

  return {
    send: async (reaction, event) => {
      const kept = await store.insert(messages, { reaction, event, receives: 0, dead: false, revision: 0 });
      if (kept) take(kept);
    },
    resume: async () => {
      let after: string | undefined;
      do {
        const page = await store.list(messages, { index: 'own', partition, limit: 100, after });
        page.items.filter(({ dead }) => !dead).forEach(take);
        after = page.next;
      } while (after !== undefined);
    },
    idle,
    stop: async () => {
      stopped = true;
      open -= [...waiting.values()].reduce((sum, line) => sum + line.splice(0).length, 0);
      await idle();
    },
  };
};
