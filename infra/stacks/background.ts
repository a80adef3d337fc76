import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { reactions } from '#functions/reactions.ts';
import { schedules } from '#functions/schedules.ts';
import type { InfraConfig } from '../config.ts';
import { Alarms } from '../constructs/alarms.ts';
import { grant } from '../constructs/grants.ts';
import { ReactionFunction } from '../constructs/reaction-function.ts';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import { rightsOf } from '../rights.ts';
import type { DataStack } from './data.ts';
import type { ServiceStack } from './service.ts';

interface BackgroundStackProps {
  readonly config: InfraConfig;
  readonly data: DataStack;
  readonly service: ServiceStack;
}

/** What runs by itself: a function for each schedule and each reaction, and who is told when one fails. */
export class BackgroundStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, service }: BackgroundStackProps) {
    super(scope, id, { description: 'Latchkey: what runs by itself.' });
    const { variables: environment } = service;
    const { table, bus, sealingKey } = data;
    const alarms = new Alarms(this, 'Alarms');
    const functions = [
      ...schedules.map((job) => ({
        name: job.name,
        target: new ScheduledFunction(this, job.name, { job, environment, alarms }).function,
      })),
      ...reactions.map((reaction) => ({
        name: reaction.name,
        target: new ReactionFunction(this, reaction.name, { reaction, bus, environment, alarms }).function,
      })),
    ];
    for (const { name, target } of functions)
      grant(target, rightsOf(name), { table, bus, sealingKey, config });
    new CfnOutput(this, 'AlarmTopic', {
      value: alarms.topic.topicArn,
      description: 'Subscribe here to hear of alarms.',
    });
  }
}
