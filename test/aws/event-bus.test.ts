import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { systemClock } from '#shared/aws/clock.ts';
import { eventBridgeBus } from '#shared/aws/event-bus.ts';
import { systemRandom } from '#shared/aws/random.ts';
import { LatchkeyEvent } from '#shared/events.ts';
import { describeBus, sampleEvent } from '../contract/bus.ts';
import { fresh } from './clients.ts';

const client = new EventBridgeClient();

/** SQS by its own JSON protocol, as the product itself has no use for its client. */
const sqs = async (action: string, input: Record<string, unknown>): Promise<unknown> => {
  const response = await fetch(process.env['AWS_ENDPOINT_URL']!, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=testing/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`SQS answered ${response.status}: ${await response.text()}`);
  return response.json();
};

const Queue = z.object({ QueueUrl: z.string() });
const Messages = z.object({
  Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).optional(),
});
const Envelope = z.object({
  source: z.string(),
  'detail-type': z.string(),
  time: z.string(),
  detail: LatchkeyEvent,
});

/** A bus with a rule for the product's events, whose target is a queue. */
const open = async () => {
  const busName = fresh('latchkey');
  const { QueueUrl } = Queue.parse(await sqs('CreateQueue', { QueueName: busName }));
  await client.send(new CreateEventBusCommand({ Name: busName }));
  const pattern = JSON.stringify({ source: ['latchkey'], 'detail-type': [{ prefix: 'auth.' }] });
  await client.send(new PutRuleCommand({ Name: busName, EventBusName: busName, EventPattern: pattern }));
  const target = { Id: 'queue', Arn: `arn:aws:sqs:eu-west-1:123456789012:${busName}` };
  await client.send(new PutTargetsCommand({ Rule: busName, EventBusName: busName, Targets: [target] }));

  const received = async (): Promise<readonly z.infer<typeof Envelope>[]> => {
    const request = { QueueUrl, MaxNumberOfMessages: 10 };
    const { Messages: messages = [] } = Messages.parse(await sqs('ReceiveMessage', request));
    for (const { ReceiptHandle } of messages) await sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
    const envelopes = messages.map(({ Body }) => Envelope.parse(JSON.parse(Body)));
    return messages.length === 0 ? [] : [...envelopes, ...(await received())];
  };
  return {
    bus: eventBridgeBus({ client, busName, clock: systemClock, random: systemRandom }),
    received,
    published: async () => (await received()).map(({ detail }) => detail),
  };
};

describeBus('EventBridge, heard by a queue', open);

describe('an event on EventBridge', () => {
  it('reaches the rule of its type, with source and time', async () => {
    const { bus, received } = await open();
    const event = sampleEvent({}, 'auth.expiring');
    await bus.publish([event, sampleEvent({}, 'service.created')]);
    expect(await received()).toEqual([
      {
        source: 'latchkey',
        'detail-type': 'auth.expiring',
        time: event.time.replace('.000Z', 'Z'),
        detail: event,
      },
    ]);
  });
});
