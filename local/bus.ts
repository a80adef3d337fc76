import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { LatchkeyEvent } from '#shared/events.ts';
import type { Bus } from '#shared/ports.ts';
import { reactions, takes } from '#functions/reactions.ts';

/** A bus that remembers: every event published stands in a file, one JSON document a line. */
export interface LocalBus extends Bus {
  /** The events published after one of them; from the first when none is named. */
  readonly after: (id: string | undefined) => readonly LatchkeyEvent[];
  /** Where events go once there are queues. */
  readonly connect: (send: (reaction: string, event: LatchkeyEvent) => Promise<void>) => void;
}

const lines = (path: string): readonly LatchkeyEvent[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line) => {
          // A kill may have cut the last line off; its event is published again from its outbox.
          const event = LatchkeyEvent.safeParse(line.endsWith('}') ? JSON.parse(line) : undefined);
          return event.success ? [event.data] : [];
        })
    : [];

/** The local bus over a file. */
export const localBus = (path: string): LocalBus => {
  const events: LatchkeyEvent[] = [...lines(path)];
  let deliver = (_reaction: string, _event: LatchkeyEvent): Promise<void> => Promise.resolve();
  return {
    publish: async (published) => {
      appendFileSync(path, published.map((event) => `${JSON.stringify(event)}\n`).join(''), { mode: 0o600 });
      events.push(...published);
      for (const event of published) {
        for (const reaction of reactions.filter((each) => takes(each, event.type))) {
          await deliver(reaction.name, event);
        }
      }
    },
    after: (id) => events.slice(id === undefined ? 0 : events.findIndex((event) => event.id === id) + 1),
    connect: (send) => {
      deliver = send;
    },
  };
};
