import * as z from 'zod';
import type { LatchkeyEvent } from '#shared/events.ts';
import { nouns } from '#functions/routes.ts';
import { reactions } from '#functions/reactions.ts';
import { schedules } from '#functions/schedules.ts';

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

/** Loads the very modules that Lambda runs, for everything in the three lists. */
export const loadFunctions = async () => {
  const handlers = new Map<string, Handler>();
  const entries = [
    ...Object.keys(nouns).map((noun) => `${noun}/lambda.ts`),
    ...schedules.map(({ entry }) => entry),
    ...reactions.map(({ entry }) => entry),
  ];
  for (const entry of entries) handlers.set(entry, Module.parse(await load(entry)).handler);
  const { handler: streamingProxy } = StreamingModule.parse(await load('proxy/streaming.ts'));
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
