import { Duration } from 'aws-cdk-lib';
import { Match, Rule, type IEventBus } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Reaction } from '#functions/reactions.ts';
import type { Variables } from '../environment.ts';
import type { Alarms } from './alarms.ts';
import { AppFunction } from './app-function.ts';
import { eventSource } from './event-schema.ts';

interface ReactionFunctionProps {
  readonly reaction: Reaction;
  readonly bus: IEventBus;
  readonly environment: Variables;
  readonly alarms: Alarms;
}

const safe: QueueProps = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
const tries = 5;

/** `auth.*` takes all that begins with `auth.`; any other name takes itself. */
const pattern = (name: string) => (name.endsWith('.*') ? { prefix: name.slice(0, -1) } : name);

/** A function run because of events, over a queue of its own that repeats, and gives up loudly. */
export class ReactionFunction extends Construct {
  readonly function: AppFunction;
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { reaction, bus, environment, alarms }: ReactionFunctionProps) {
    super(scope, id);
    const { name, on, entry, batchSize, concurrency, timeoutSeconds, impact } = reaction;
    const timeout = Duration.seconds(timeoutSeconds);
    this.function = new AppFunction(this, 'Function', {
      entry,
      environment,
      timeout,
      description: `Latchkey: ${name}, on ${on.join(', ')}`,
    });
    const deadLetters = new Queue(this, 'DeadLetters', { ...safe, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...safe,
      // As Lambda advises: room for retries of a batch while the function is throttled.
      visibilityTimeout: Duration.seconds(timeoutSeconds * 6),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: tries },
    });
    new Rule(this, 'Rule', {
      eventBus: bus,
      eventPattern: { source: [eventSource], detailType: Match.anyOf(...on.map(pattern)) },
      targets: [new SqsQueue(this.queue)],
    });
    this.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        maxConcurrency: concurrency,
        reportBatchItemFailures: true,
      }),
    );
    alarms.onDeadLetters(deadLetters, `${impact} (${name} gave up after ${tries} tries)`);
  }
}
