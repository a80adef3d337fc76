import type { Reaction } from './reactions.ts';

/** The reactions that finish what somebody or something leaves: people, workspaces, organizations. A part of `reactions`. */
export const departures: readonly Reaction[] = [
  {
    name: 'finish-member-removals',
    on: ['member.removed'],
    entry: 'events/finish-member-removals.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 60,
    impact: 'Memberships of people who have left stay, and their personal workspaces are not handed on.',
  },
  {
    name: 'finish-workspace-removals',
    on: ['workspace.removal_due'],
    entry: 'events/finish-workspace-removals.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'Credentials, services and all else of deleted workspaces stay.',
  },
  {
    name: 'finish-organization-removals',
    on: ['organization.removal_due'],
    entry: 'events/finish-organization-removals.ts',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 300,
    impact: 'What a deleted organization had stays.',
  },
];
