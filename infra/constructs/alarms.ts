import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

interface AlarmSetting {
  readonly metric: Metric;
  readonly comparisonOperator: ComparisonOperator;
  readonly treatMissingData: TreatMissingData;
}

const period = Duration.minutes(5);
const any = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
const none = ComparisonOperator.LESS_THAN_THRESHOLD;

/** All alarms, told over one topic. Each says what people will notice. */
export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'Latchkey alarms', enforceSSL: true });
    const { account } = Stack.of(this);
    // A topic with a policy of its own no longer lets CloudWatch publish by default.
    const alarms = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    });
    this.topic.grantPublish(alarms);
  }

  /** Rings when a call of the function failed within five minutes. */
  onFailure(target: Function, impact: string): void {
    const metric = target.metricErrors({ period, statistic: 'Sum' });
    this.add(target, 'Failed', impact, {
      metric,
      comparisonOperator: any,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Rings when the function was not called for three times as long as it should be, at least five minutes. */
  onSilence(target: Function, every: Duration, impact: string): void {
    const minutes = Math.max(every.toMinutes() * 3, period.toMinutes());
    const metric = target.metricInvocations({ period: Duration.minutes(minutes), statistic: 'Sum' });
    this.add(target, 'Silent', impact, {
      metric,
      comparisonOperator: none,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  /** Rings when a message was given up. */
  onDeadLetters(queue: Queue, impact: string): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' });
    this.add(queue, 'NotEmpty', impact, {
      metric,
      comparisonOperator: any,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private add(scope: Construct, id: string, alarmDescription: string, setting: AlarmSetting): void {
    const alarm = new Alarm(scope, id, { ...setting, alarmDescription, threshold: 1, evaluationPeriods: 1 });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
  }
}
