import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Alarms } from '../../../infra/constructs/alarms.ts';
import { templateOf } from '../synthesize.ts';

const template = templateOf((scope) => {
  new Alarms(scope, 'Alarms').onDeadLetters(new Queue(scope, 'Queue'), 'Letters are lost.');
});
const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));

describe('alarms', () => {
  it('tell over one topic when they begin and when they end', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: topic }],
      OKActions: [{ Ref: topic }],
    });
  });

  it('say what people notice', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmDescription: 'Letters are lost.' });
  });

  it('ring at the first message that was given up', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
    });
  });

  it('may be published by CloudWatch for this account alone, and only over TLS', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
    expect(Object.keys(template.findResources('AWS::SNS::TopicPolicy'))).toHaveLength(1);
  });
});
