import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Bus, Clock, Random } from '#shared/ports.ts';

interface EventBridgeBusOptions {
  readonly client: EventBridgeClient;
  readonly busName: string;
  readonly clock: Clock;
  readonly random: Random;
}

const source = 'latchkey';
const entriesPerCall = 10;
const bytesPerCall = 256 * 1024;
const retries = 3;
const firstPauseMilliseconds = 100;

const Answer = z.object({ Entries: z.array(z.object({ ErrorCode: z.string().optional() })) });

const toEntry = (busName: string, event: LatchkeyEvent): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: source,
  DetailType: event.type,
  Detail: JSON.stringify(event),
  Time: new Date(event.time),
});

/** As EventBridge counts: 14 bytes for the time, then the UTF-8 of source, type and detail. */
const sizeOf = ({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry) =>
  14 + Buffer.byteLength(Source + DetailType + Detail);

const batchesOf = (
  entries: readonly PutEventsRequestEntry[],
): readonly (readonly PutEventsRequestEntry[])[] => {
  const batches: PutEventsRequestEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const last = batches.at(-1);
    if (last && last.length < entriesPerCall && size <= room) last.push(entry);
    else {
      batches.push([entry]);
      room = bytesPerCall;
    }
    room -= size;
  }
  return batches;
};

/** The entries that were not taken. An answer that tells of fewer entries than were sent counts the rest so too. */
const send = async (client: EventBridgeClient, entries: readonly PutEventsRequestEntry[]) => {
  const answer = Answer.parse(await client.send(new PutEventsCommand({ Entries: [...entries] })));
  return entries.filter((_, place) => {
    const taken = answer.Entries[place];
    return taken === undefined || taken.ErrorCode !== undefined;
  });
};

/** A wait of up to twice the last one's bound, the fraction by chance (full jitter). */
const pause = (random: Random, attempt: number) =>
  (firstPauseMilliseconds * 2 ** attempt * Buffer.from(random.bytes(2)).readUInt16BE()) / 65_536;

interface Outcome {
  /** How many were not taken. */
  readonly left: number;
  readonly cause?: unknown;
}

const sendAll = async (
  { client, clock, random }: EventBridgeBusOptions,
  batch: readonly PutEventsRequestEntry[],
): Promise<Outcome> => {
  let left = batch;
  try {
    for (let attempt = 0; left.length > 0 && attempt <= retries; attempt += 1) {
      if (attempt > 0) await clock.sleep(pause(random, attempt - 1));
      left = await send(client, left);
    }
    return { left: left.length };
  } catch (cause) {
    // The client has tried a refused call again by itself.
    return { left: left.length, cause };
  }
};

/**
 * The bus on EventBridge: the whole event is the detail, its type the detail-type. At most 10 events and 256 KB go in a
 * call; what is refused is sent again up to 3 times. Rejects with how many were not taken; all others are out by then,
 * so publishing the same again repeats them.
 */
export const eventBridgeBus = (options: EventBridgeBusOptions): Bus => ({
  publish: async (events) => {
    const outcomes: Outcome[] = [];
    for (const batch of batchesOf(events.map((event) => toEntry(options.busName, event)))) {
      outcomes.push(await sendAll(options, batch));
    }
    const left = outcomes.reduce((sum, outcome) => sum + outcome.left, 0);
    if (left === 0) return;
    const cause = outcomes.find((outcome) => outcome.cause !== undefined)?.cause;
    throw new Error(`The bus did not take ${left} of ${events.length} events.`, { cause });
  },
});
