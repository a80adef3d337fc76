import { patternTakes } from '#shared/events.ts';
import { departures } from './departures.ts';

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
    timeoutSeconds: 10,
    impact: 'Nobody is told of auths that are about to end.',
  },
  {
    name: 'tell-service-dates',
    on: ['service.dates_due'],
    entry: 'events/tell-service-dates.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 120,
    impact:
      'Nobody is told of client secrets that are about to end, or of legacy services that are about to go.',
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
  ...departures,
  {
    name: 'flush-outboxes',
    on: ['outbox.due'],
    entry: 'events/flush-outboxes.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 10,
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
    name: 'learn-lifetimes',
    on: ['auth.needs_reconnect', 'auth.outlived'],
    entry: 'events/learn-lifetimes.ts',
    batchSize: 10,
    concurrency: 2,
    timeoutSeconds: 60,
    impact: 'Nobody notices that the auths of a service all end at one age.',
  },
  {
    name: 'count-users',
    on: ['auth.at_risk', 'auth.deleted', 'umbrella.cap_changed', 'umbrella.verification_changed'],
    entry: 'events/count-users.ts',
    batchSize: 10,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'The count of people against the user cap of an umbrella lags; nobody is told that it is near.',
  },
  {
    name: 'finish-umbrella-removals',
    on: ['umbrella.removal_begun'],
    entry: 'events/finish-umbrella-removals.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'Records and counts of deleted umbrellas stay.',
  },
  {
    name: 'forget-end-users',
    on: ['receipt.forgetting_due'],
    entry: 'events/forget-end-users.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'End users who are to be forgotten are not: their auths and their ids stay.',
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
    on: ['auth.*', 'service.*', 'umbrella.*', 'subscription.*', 'workspace.*', 'member.*'],
    entry: 'events/plan-deliveries.ts',
    batchSize: 10,
    concurrency: 5,
    timeoutSeconds: 60,
    impact: 'Subscribers hear nothing of what happens.',
  },
  {
    name: 'compose-digests',
    on: ['subscription.digest_due'],
    entry: 'events/compose-digests.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 120,
    impact: 'Subscribers that asked for digests hear nothing.',
  },
  {
    name: 'deliver',
    on: ['delivery.due'],
    entry: 'events/deliver.ts',
    batchSize: 1,
    concurrency: 20,
    timeoutSeconds: 120,
    impact: 'Webhooks and other notices are late.',
  },
  {
    name: 'redeliver',
    on: ['delivery.backlog_due'],
    entry: 'events/redeliver.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 120,
    impact: 'Subscribers are told late of what they have missed, or not at all.',
  },
  {
    name: 'forget-signing-secrets',
    on: ['subscription.secret_due'],
    entry: 'events/forget-signing-secrets.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 60,
    impact: 'Old signing secrets of webhooks stay in the vault; they sign nothing any more.',
  },
];

/** Whether a reaction takes events of a type. */
export const takes = ({ on }: Pick<Reaction, 'on'>, type: string): boolean =>
  on.some((pattern) => patternTakes(pattern, type));
