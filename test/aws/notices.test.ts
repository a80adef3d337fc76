import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { systemClock } from '#shared/aws/clock.ts';
import { awsNotices } from '#shared/aws/notices.ts';
import { systemRandom } from '#shared/aws/random.ts';
import { newId } from '#shared/ids.ts';
import { sampleEvent } from '../contract/bus.ts';
import { fresh } from './clients.ts';
import { newQueue } from './queue.ts';

const sns = new SNSClient();
const buses = new EventBridgeClient();
const notices = awsNotices({ prefix: 'latchkey', clock: systemClock, random: systemRandom });
const account = '123456789012';

const Envelope = z.object({
  Subject: z.string(),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })),
});

describe('notices over SNS', () => {
  it('reach a queue that is subscribed to the topic, with subject, text and attributes', async () => {
    const name = fresh('latchkey-alerts');
    const queue = await newQueue(name);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
    const notice = { subject: 'Subject', message: '{"a":1}', attributes: { type: 'auth.expiring' } };
    await notices.publish(TopicArn!, notice);
    const [body] = await queue.received();
    const { Subject, Message, MessageAttributes } = Envelope.parse(JSON.parse(body!));
    expect([Subject, Message, MessageAttributes['type']?.Value]).toEqual([
      'Subject',
      '{"a":1}',
      'auth.expiring',
    ]);
  });

  it('to a topic that is not there fail with not_found', async () => {
    const missing = `arn:aws:sns:eu-west-1:${account}:${fresh('latchkey-alerts')}`;
    const notice = { subject: 'Subject', message: 'text', attributes: {} };
    await expect(notices.publish(missing, notice)).rejects.toMatchObject({ reason: 'not_found' });
  });
});

describe('mail over SNS', () => {
  it('has a topic of its own whose one subscriber is the address, asked once however often', async () => {
    const id = newId('subscription', { clock: systemClock, random: systemRandom });
    const topic = await notices.openMail(id, 'ops@acme.example');
    expect(topic).toBe(`arn:aws:sns:eu-west-1:${account}:latchkey-mail-${id}`);
    expect(await notices.openMail(id, 'ops@acme.example')).toBe(topic);
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions).toMatchObject([{ Protocol: 'email', Endpoint: 'ops@acme.example' }]);
    expect(typeof (await notices.mailConfirmed(topic))).toBe('boolean');
    await notices.closeMail(topic);
    await notices.closeMail(topic);
    await expect(notices.mailConfirmed(topic)).rejects.toMatchObject({ reason: 'not_found' });
  });
});

describe('events for another bus', () => {
  it('reach its rules as they are', async () => {
    const name = fresh('latchkey-alerts');
    const queue = await newQueue(name);
    await buses.send(new CreateEventBusCommand({ Name: name }));
    const EventPattern = JSON.stringify({ source: ['latchkey'] });
    await buses.send(new PutRuleCommand({ Name: name, EventBusName: name, EventPattern }));
    const Targets = [{ Id: 'queue', Arn: queue.arn }];
    await buses.send(new PutTargetsCommand({ Rule: name, EventBusName: name, Targets }));
    const event = sampleEvent({}, 'auth.expiring');
    await notices.putEvent(`arn:aws:events:eu-west-1:${account}:event-bus/${name}`, event);
    const [body] = await queue.received();
    expect(z.object({ detail: z.unknown() }).parse(JSON.parse(body!)).detail).toEqual(event);
  });
});
