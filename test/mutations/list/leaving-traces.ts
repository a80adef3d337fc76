import { mutation, unit, type Mutation } from '../mutation.ts';

const history = unit('functions/history/entries.test.ts', 'an entry is there before the act');
const recorded = 'shared/entry/recorded.ts';

/** What is written down of an act, and what is left of what was deleted or forgotten. */
export const leavingTraces: readonly Mutation[] = [
  {
    name: 'an act is written down after it was done',
    changes: [
      {
        file: recorded,
        find: "if (history === 'each') written.push(await beginEntry(deps, actOf(about, actor)));",
        put: '',
      },
      { file: recorded, find: 'repeated: written.length === 0 || undefined', put: 'repeated: undefined' },
    ],
    red: history,
  },
  mutation(
    'the key that sealed the credentials of a workspace outlives it',
    {
      file: 'shared/domain/workspaces/finish-removal.ts',
      find: '  await deps.vault.removeWorkspace({ organizationId, workspaceId });\n',
      put: '',
    },
    unit('shared/domain/workspaces/nothing-left.test.ts', 'a workspace that was deleted'),
  ),
  mutation(
    'an end user who was forgotten is named in the history',
    {
      file: 'shared/domain/history/scrub.ts',
      find: 'id: forgotten, role: entry.actor.role }',
      put: 'id: forgotten, role: entry.actor.role, endUserId }',
    },
    unit('shared/domain/history/scrub.test.ts'),
  ),
  mutation(
    'a credential that waits sealed opens for another organization',
    {
      file: 'shared/domain/auths/escrow.ts',
      find: '`escrow/${organizationId}/${workspaceId}/',
      put: '`escrow/${workspaceId}/',
    },
    unit('shared/domain/bound-seal.test.ts', 'a secret that waits sealed in the table of an auth'),
  ),
];
