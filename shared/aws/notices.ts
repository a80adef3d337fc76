import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod';
import type { LatchkeyEvent } from '#shared/events.ts';
import { NoticeFailure, type Clock, type Notices, type Random } from '#shared/ports.ts';
import { alertPrefix } from './alert-prefix.ts';

export interface AwsNoticesOptions {
  /** Begins the names of what the deployment makes and may tell. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly random: Random;
}

const reasons: Readonly<Record<string, NoticeFailure['reason']>> = {
  NotFoundException: 'not_found',
  ResourceNotFoundException: 'not_found',
  AuthorizationErrorException: 'forbidden',
  AccessDeniedException: 'forbidden',
  ThrottledException: 'throttled',
  ThrottlingException: 'throttled',
  InvalidParameterException: 'refused',
  ValidationException: 'refused',
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Makes whatever an SDK throws a failure that tells none of its words. The bus wraps what its client threw. */
const telling = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new NoticeFailure(reasons[nameOf(cause)] ?? 'unavailable', { cause: error });
  }
};

const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

/** One client for each region, made at first use: most functions tell nobody, and need not load the SDK for it. */
const perRegion = <T>(make: (region: string | undefined) => Promise<T>) => {
  const made = new Map<string, Promise<T>>();
  return (region?: string): Promise<T> => {
    const found = made.get(region ?? '') ?? make(region);
    made.set(region ?? '', found);
    return found;
  };
};

const Topic = z.object({ TopicArn: z.string() });
const Counts = z.object({
  Attributes: z.object({ SubscriptionsConfirmed: z.coerce.number().default(0) }).default({
    SubscriptionsConfirmed: 0,
  }),
});

/**
 * Notices over SNS and EventBridge. A topic or bus may be in any region, and in any account whose own policy lets this one in.
 * Mail goes over a topic of its own for each subscription, so that recipients do not share a filter, a limit or a fate.
 */
export const awsNotices = ({ prefix, clock, random }: AwsNoticesOptions): Notices => {
  const sdk = () => import('@aws-sdk/client-sns');
  const sns = perRegion<SNSClient>(async (region) => {
    const { SNSClient } = await sdk();
    return new SNSClient(region === undefined ? {} : { region });
  });
  const buses = perRegion<EventBridgeClient>(async (region) => {
    const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
    return new EventBridgeClient(region === undefined ? {} : { region });
  });
  return {
    by: 'aws',
    prefix: alertPrefix(prefix),
    publish: (topicArn, { subject, message, attributes }) =>
      telling(async () => {
        const { PublishCommand } = await sdk();
        const entries = Object.entries(attributes).map(
          ([name, value]) => [name, { DataType: 'String', StringValue: value }] as const,
        );
        const input = { TopicArn: topicArn, Subject: subject, Message: message };
        const client = await sns(regionOf(topicArn));
        await client.send(new PublishCommand({ ...input, MessageAttributes: Object.fromEntries(entries) }));
      }),
    putEvent: (busArn, event: LatchkeyEvent) =>
      telling(async () => {
        const client = await buses(regionOf(busArn));
        const { eventBridgeBus } = await import('./event-bus.ts');
        await eventBridgeBus({ client, busName: busArn, clock, random }).publish([event]);
      }),
    openMail: (subscriptionId, address) =>
      telling(async () => {
        const { CreateTopicCommand, SubscribeCommand } = await sdk();
        const client = await sns();
        const name = `${prefix}-mail-${subscriptionId}`;
        const { TopicArn } = Topic.parse(await client.send(new CreateTopicCommand({ Name: name })));
        await client.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: address }));
        return TopicArn;
      }),
    mailConfirmed: (topicArn) =>
      telling(async () => {
        const { GetTopicAttributesCommand } = await sdk();
        const client = await sns(regionOf(topicArn));
        const found = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
        return Counts.parse(found).Attributes.SubscriptionsConfirmed > 0;
      }),
    closeMail: (topicArn) =>
      telling(async () => {
        const { DeleteTopicCommand } = await sdk();
        const client = await sns(regionOf(topicArn));
        await client.send(new DeleteTopicCommand({ TopicArn: topicArn }));
      }),
  };
};
