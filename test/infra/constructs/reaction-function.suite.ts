import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { reactions, takes, type Reaction } from '#functions/reactions.ts';
import { Alarms } from '../../../infra/constructs/alarms.ts';
import { ReactionFunction } from '../../../infra/constructs/reaction-function.ts';
import { only, templateOf } from '../synthesize.ts';
import { testVariables } from '../variables.ts';

const reaction: Reaction = {
  name: 'greet',
  on: ['guest.came', 'host.*'],
  entry: 'events/greet.ts',
  batchSize: 10,
  concurrency: 5,
  timeoutSeconds: 60,
  impact: 'Guests stand at the door.',
};

const reacting = (change: Partial<Reaction> = {}) =>
  templateOf(
    (scope) =>
      new ReactionFunction(scope, 'Greet', {
        reaction: { ...reaction, ...change },
        bus: new EventBus(scope, 'Bus'),
        environment: testVariables,
        alarms: new Alarms(scope, 'Alarms'),
      }),
  );
const template = reacting();
const [queue] = Object.keys(
  template.findResources('AWS::SQS::Queue', { Properties: { VisibilityTimeout: 360 } }),
);
const [deadLetters] = Object.keys(
  template.findResources('AWS::SQS::Queue', { Properties: { MessageRetentionPeriod: 1_209_600 } }),
);

type Pattern = readonly (string | { readonly prefix: string })[];
const matches = (pattern: Pattern, type: string) =>
  pattern.some((part) => (typeof part === 'string' ? part === type : type.startsWith(part.prefix)));

interface RuleProperties {
  readonly EventPattern: { readonly 'detail-type': Pattern };
}
const patternOf = (change: Partial<Reaction>): Pattern =>
  only<RuleProperties>(reacting(change), 'AWS::Events::Rule').Properties.EventPattern['detail-type'];

const types = [
  'auth.connected',
  'auth.refresh_due',
  'auth.removal_due',
  'auth.expiry_due',
  'authors.came',
  'service.client_rejected',
  'umbrella.verification_changed',
  'delivery.due',
  'outbox.due',
];

describe('a reaction', () => {
  it('listens to our own events on the bus and puts them on its queue', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: Match.anyValue(),
      EventPattern: { source: ['latchkey'], 'detail-type': ['guest.came', { prefix: 'host.' }] },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [queue, 'Arn'] } })],
    });
  });

  it.each(reactions.map(({ name, on }) => [name, on] as const))(
    '%s hears from the bus what the list of reactions says',
    (_, on) => {
      const pattern = patternOf({ on });
      expect(types.filter((type) => matches(pattern, type))).toEqual(
        types.filter((type) => takes({ on }, type)),
      );
    },
  );

  it('tries five times, then keeps the message for two weeks', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] } },
    });
  });

  it('hides a message for six times as long as a call may take', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 60 });
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 360,
      RedrivePolicy: Match.anyValue(),
    });
  });

  it('encrypts both queues and refuses what does not come over TLS', () => {
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    template.resourceCountIs('AWS::SQS::QueuePolicy', 2);
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('takes as many messages as it says, and repeats only those that failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
    });
  });

  it('raises an alarm when a message was given up, which says what people notice', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'Guests stand at the door. (greet gave up after 5 tries)',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [deadLetters, 'QueueName'] } }],
    });
  });
});
