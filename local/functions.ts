import * as z from 'zod';
import type { LatchkeyEvent } from '#shared/events.ts';
import { nouns } from '#functions/routes.ts';
import { reactions } from '#functions/reactions.ts';
import { schedules } from '#functions/schedules.ts';
import { runAs } from './rights.ts';

/** A Lambda function, called as Lambda calls it. */
export type Handler = (event: unknown, context: unknown) => Promise<unknown>;
export type StreamingHandler = (
  event: unknown,
  stream: NodeJS.WritableStream,
  context: unknown,
) => Promise<unknown>;

const Module = z.object({ handler: z.custom<Handler>((value) => typeof value === 'function') });
const StreamingModule = z.object({
  handler: z.custom<StreamingHandler>((value) => typeof value === 'function'),
});

const load = async (entry: string): Promise<unknown> => import(`../functions/${entry}`);

/** What Lambda tells a function of its call; besides, what it does not tell: that the caller has gone. */
export const context = (requestId: string, signal?: AbortSignal) => ({
  signal,
  awsRequestId: requestId,
  functionName: 'latchkey-local',
  getRemainingTimeInMillis: () => 900_000,
});

/** Loads the very modules that Lambda runs, for everything in the three lists. Each runs under its name, for its rights. */
export const loadFunctions = async () => {
  const handlers = new Map<string, Handler>();
  const functions = [
    ...Object.keys(nouns).map((name) => ({ name, entry: `${name}/lambda.ts` })),
    ...schedules,
    ...reactions,
  ];
  for (const { name, entry } of functions) {
    const { handler } = Module.parse(await load(entry));
    handlers.set(entry, (event, lambda) => runAs(name, () => handler(event, lambda)));
  }
  const { handler } = StreamingModule.parse(await load('proxy/streaming.ts'));
  const streamingProxy: StreamingHandler = (...input) => runAs('proxy', () => handler(...input));
  return { handlers, streamingProxy };
};

const BatchAnswer = z.object({ batchItemFailures: z.array(z.unknown()) });

/** Calls a reaction with one message, as SQS does with one that EventBridge has put there; false when it has to come again. */
export const react = async (handler: Handler, event: LatchkeyEvent): Promise<boolean> => {
  const body = JSON.stringify({
    source: 'latchkey',
    'detail-type': event.type,
    time: event.time,
    detail: event,
  });
  const answer = await handler({ Records: [{ messageId: event.id, body }] }, context(event.id));
  return BatchAnswer.parse(answer).batchItemFailures.length === 0;
};
