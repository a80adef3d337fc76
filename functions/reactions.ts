import { patternTakes } from '#shared/events.ts';

/** Something that is done because of events. Each has a queue of its own, so that a retry repeats only that. */
export interface Reaction {
  readonly name: string;
  /** Names of events, or a noun and a star. */
  readonly on: readonly string[];
  /** The module below functions/ whose `handler` runs. */
  readonly entry: string;
  /** How many messages one call takes. */
  readonly batchSize: number;
  /** How many calls run side by side at the most. */
  readonly concurrency: number;
  /** How long one call may take, in seconds. */
  readonly timeoutSeconds: number;
  /** What people notice when it fails; the text of its alarms. */
  readonly impact: string;
}

/** All that events start. */
export const reactions: readonly Reaction[] = [
  {
    name: 'refresh-auths',
    on: ['auth.refresh_due'],
    entry: 'events/refresh-auths.ts',
    batchSize: 1,
    concurrency: 20,
    timeoutSeconds: 300,
    impact: 'Tokens are not renewed ahead of their end; proxied calls renew them late or fail.',
  },
  {
    name: 'test-auths',
    on: ['auth.test_due'],
    entry: 'events/test-auths.ts',
    batchSize: 1,
    concurrency: 5,
    timeoutSeconds: 300,
    impact: 'Credentials that nothing renews are not tested; a dead one is known by its calls.',
  },
  {
    name: 'tell-endings',
    on: ['auth.expiry_due'],
    entry: 'events/tell-endings.ts',
    batchSize: 1,
    concurrency: 5,
    timeoutSeconds: 120,
    impact: 'Nobody is told of auths that are about to end.',
  },
  {
    name: 'finish-removals',
    on: ['auth.removal_due'],
    entry: 'events/finish-removals.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 60,
    impact: 'Credentials of deleted auths stay in the vault.',
  },
  {
    name: 'revoke-grants',
    on: ['auth.revocation_due'],
    entry: 'events/revoke-grants.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'Grants of deleted auths live on at the provider.',
  },
  {
    name: 'settle-sessions',
    on: ['connect.session_due'],
    entry: 'events/settle-sessions.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 120,
    impact:
      'People whose connecting was interrupted have to connect again, though the provider has said yes.',
  },
  {
    name: 'apply-escrows',
    on: ['auth.escrow_due'],
    entry: 'events/apply-escrows.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 120,
    impact:
      'Renewed credentials that the vault did not take at once stay sealed in the table; their auths go on failing.',
  },
  {
    name: 'apply-edits',
    on: ['service.updated'],
    entry: 'events/apply-edits.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'Auths that an edit of their service has killed fail at the next call instead of saying so.',
  },
  {
    name: 'finish-service-removals',
    on: ['service.removal_begun'],
    entry: 'events/finish-service-removals.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'Secrets and auths of deleted services stay.',
  },
  {
    name: 'flush-outboxes',
    on: ['outbox.due'],
    entry: 'events/flush-outboxes.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 60,
    impact: 'Events of writes whose process died are told late or not at all.',
  },
  {
    name: 'apply-verification',
    on: ['umbrella.verification_changed'],
    entry: 'events/apply-verification.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'Auths do not follow the status of their umbrella application.',
  },
  {
    name: 'count-auths',
    on: ['organization.summary_due'],
    entry: 'events/count-auths.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'The health summary of an organization with many auths stays old.',
  },
  {
    name: 'record-history',
    on: ['auth.*'],
    entry: 'events/record-history.ts',
    batchSize: 10,
    concurrency: 5,
    timeoutSeconds: 60,
    impact: 'The history of auths has gaps.',
  },
  {
    name: 'plan-deliveries',
    on: ['auth.*', 'service.*', 'umbrella.*'],
    entry: 'events/plan-deliveries.ts',
    batchSize: 10,
    concurrency: 5,
    timeoutSeconds: 60,
    impact: 'Subscribers hear nothing of what happens.',
  },
  {
    name: 'deliver',
    on: ['delivery.due'],
    entry: 'events/deliver.ts',
    batchSize: 1,
    concurrency: 20,
    timeoutSeconds: 120,
    impact: 'Webhooks are late.',
  },
];

/** Whether a reaction takes events of a type. */
export const takes = ({ on }: Pick<Reaction, 'on'>, type: string): boolean =>
  on.some((pattern) => patternTakes(pattern, type));
