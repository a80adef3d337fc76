import { mutation, unit, type Mutation } from '../mutation.ts';

const authorize = unit('shared/entry/authorize.test.ts');
const person = unit('shared/domain/callers/person.test.ts', 'the bearer of a good token R54');
const keyLife = unit('shared/domain/keys/life.test.ts');
const authenticateKey = 'shared/domain/keys/authenticate.ts';
const oneWorkspace = unit('shared/entry/serve.test.ts', 'who calls sees with a key of one workspace');

/** Who is let in, and what they may do there. */
export const admitting: readonly Mutation[] = [
  mutation(
    'a viewer edits services',
    {
      file: 'shared/permissions.ts',
      find: 'const viewer: readonly Permission[] = [\n',
      put: "const viewer: readonly Permission[] = [\n  'services:write',\n",
    },
    authorize,
  ),
  mutation(
    'an admin writes services of the embedded workspace',
    {
      file: 'shared/permissions.ts',
      find: "embedded: { 'services:write': ['owner'],",
      put: "embedded: { 'services:write': ['admin', 'owner'],",
    },
    unit('functions/sharing/services.test.ts', 'a service of the embedded workspace R24'),
  ),
  mutation(
    'everybody is the admin of every personal workspace',
    {
      file: 'shared/domain/members/acting.ts',
      find: "workspace.kind === 'personal' && workspace.ownerId === actor.id",
      put: "workspace.kind === 'personal'",
    },
    authorize,
  ),
  mutation(
    'a person who was removed is let in',
    {
      file: 'shared/domain/callers/person.ts',
      find: 'member?.removedAt !== undefined || role === undefined',
      put: 'role === undefined',
    },
    person,
  ),
  mutation(
    'a key that is bound to a workspace acts in another',
    {
      file: 'shared/domain/actor.ts',
      find: 'actor.workspaceId === undefined || actor.workspaceId === workspaceId',
      put: 'true',
    },
    oneWorkspace,
  ),
  mutation(
    'a key that is bound to a workspace manages the organization',
    { file: 'shared/entry/authorize.ts', find: ' && !beyondWorkspace.includes(needs)', put: ' && false' },
    oneWorkspace,
  ),
  mutation(
    'the scopes of a key are shown and narrow nothing',
    {
      file: 'shared/domain/actor.ts',
      find: ' && actor.scopes?.includes(permission) !== false',
      put: '',
    },
    unit('shared/domain/keys/scopes.test.ts', 'the scopes of a key'),
  ),
  mutation(
    'a key works after its expiry',
    { file: authenticateKey, find: ' || (key.expiresAt ?? Infinity) <= now', put: '' },
    keyLife,
  ),
  mutation(
    'the text that a key had before works for ever',
    {
      file: authenticateKey,
      find: 'tokenFits(token, text.hash) && text.until > now',
      put: 'tokenFits(token, text.hash)',
    },
    keyLife,
  ),
  mutation(
    'an end user calls with the auth of another',
    {
      file: 'shared/domain/members/demand-use.ts',
      find: 'actor.endUserId === undefined || auth.endUserId !== actor.endUserId',
      put: 'actor.endUserId === undefined',
    },
    authorize,
  ),
  mutation(
    'an end user reads the auth of another',
    {
      file: 'shared/domain/end-users/own-auths.ts',
      find: "  if (auth.endUserId !== endUserId) throw notFound('auth');\n",
      put: '',
    },
    unit('functions/embedded/end-users.test.ts', 'two end users'),
  ),
];
