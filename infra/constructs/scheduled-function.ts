import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Schedule as Job } from '#functions/schedules.ts';
import type { Variables } from '../environment.ts';
import type { Alarms } from './alarms.ts';
import { AppFunction } from './app-function.ts';

interface ScheduledFunctionProps {
  readonly job: Job;
  readonly environment: Variables;
  readonly alarms: Alarms;
}

/** Lambda's own limit. */
const longestMinutes = 15;

/** A function run at a fixed rate, with an alarm when it fails and one when it falls silent. */
export class ScheduledFunction extends Construct {
  readonly function: AppFunction;

  constructor(scope: Construct, id: string, { job, environment, alarms }: ScheduledFunctionProps) {
    super(scope, id);
    const { name, everyMinutes, entry, impact } = job;
    const every = Duration.minutes(everyMinutes);
    this.function = new AppFunction(this, 'Function', {
      entry,
      environment,
      description: `Latchkey: ${name}, every ${every.toHumanString()}`,
      timeout: Duration.minutes(Math.min(everyMinutes, longestMinutes)),
      // The next run does what this one did not.
      retryAttempts: 0,
    });
    new Rule(this, 'Schedule', {
      schedule: Schedule.rate(every),
      targets: [new LambdaFunction(this.function)],
    });
    alarms.onFailure(this.function, `${impact} (${name} failed)`);
    alarms.onSilence(this.function, every, `${impact} (${name} has not run)`);
  }
}
