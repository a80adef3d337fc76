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
import { newQueue } from './queue.ts';

const client = new EventBridgeClient();

const Envelope = z.object({
  source: z.string(),
  'detail-type': z.string(),
  time: z.string(),
  detail: LatchkeyEvent,
});

/** A bus with a rule for the product's events, whose target is a queue. */
const open = async () => {
  const busName = fresh('latchkey');
  const queue = await newQueue(busName);
  await client.send(new CreateEventBusCommand({ Name: busName }));
  const pattern = JSON.stringify({ source: ['latchkey'], 'detail-type': [{ prefix: 'auth.' }] });
  await client.send(new PutRuleCommand({ Name: busName, EventBusName: busName, EventPattern: pattern }));
  const target = { Id: 'queue', Arn: queue.arn };
  await client.send(new PutTargetsCommand({ Rule: busName, EventBusName: busName, Targets: [target] }));

  const received = async (): Promise<readonly z.infer<typeof Envelope>[]> =>
    (await queue.received()).map((body) => Envelope.parse(JSON.parse(body)));
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
