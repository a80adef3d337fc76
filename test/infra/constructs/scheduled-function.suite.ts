import { describe, it } from '@jest/globals';
import { Alarms } from '../../../infra/constructs/alarms.ts';
import { ScheduledFunction } from '../../../infra/constructs/scheduled-function.ts';
import { templateOf } from '../synthesize.ts';
import { testVariables } from '../variables.ts';

const scheduled = (everyMinutes: number) =>
  templateOf(
    (scope) =>
      new ScheduledFunction(scope, 'Job', {
        job: { name: 'count', everyMinutes, entry: 'scheduled/count.ts', impact: 'Nobody counts.' },
        environment: testVariables,
        alarms: new Alarms(scope, 'Alarms'),
      }),
  );

describe('a scheduled function', () => {
  it.each([
    [1, 'rate(1 minute)'],
    [15, 'rate(15 minutes)'],
  ])('runs every %i minutes', (everyMinutes, rate) => {
    scheduled(everyMinutes).hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: rate,
      State: 'ENABLED',
    });
  });

  it('ends before its next run begins, and within what Lambda allows', () => {
    scheduled(1).hasResourceProperties('AWS::Lambda::Function', { Timeout: 60 });
    scheduled(60).hasResourceProperties('AWS::Lambda::Function', { Timeout: 900 });
  });

  it('is not repeated when it fails, for the next run does its work', () => {
    scheduled(1).hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
  });

  it('raises an alarm when it fails, which says what people notice', () => {
    scheduled(1).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'Nobody counts. (count failed)',
      MetricName: 'Errors',
      TreatMissingData: 'notBreaching',
    });
  });

  it.each([
    [1, 300],
    [15, 2700],
  ])(
    'raises an alarm when it should run every %i minutes and was silent for %i seconds',
    (everyMinutes, period) => {
      scheduled(everyMinutes).hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmDescription: 'Nobody counts. (count has not run)',
        MetricName: 'Invocations',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        Period: period,
        TreatMissingData: 'breaching',
      });
    },
  );
});
