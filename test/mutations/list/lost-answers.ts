import { mutation, unit, type Mutation } from '../mutation.ts';

const auths = 'shared/domain/auths';
const renewOnce = `${auths}/renew-once.ts`;
const tests = 'shared/domain/auths/fresh-credential/';
// The others of that group would wait for ever.
const escrow = unit(tests, 'a vault that fails after the provider has answered for longer');
const grace = unit(tests, 'an answer that was lost');

/** An answer that the vault does not take, and one that never came (design, section 8). */
export const lostAnswers: readonly Mutation[] = [
  mutation(
    'an answer that the vault does not take is not put in escrow',
    {
      file: `${auths}/attempt.ts`,
      find: 'await holdInEscrow(deps, { auth, attempt, credential });',
      put: '',
    },
    escrow,
  ),
  mutation(
    'what is held in escrow is not looked for',
    {
      file: `${auths}/recover.ts`,
      find: 'await findInEscrow(deps, { organizationId, authId, version: attempt.id })',
      put: 'undefined',
    },
    escrow,
  ),
  mutation(
    'the provider is called although its answer is held',
    {
      file: renewOnce,
      find: "if (recovered !== 'nothing') return recovered === 'held' ? auth : undefined;",
      put: "if (recovered === 'committed') return undefined;",
    },
    escrow,
  ),
  mutation(
    'a lost answer is not asked for once more where the provider gives it twice',
    { file: renewOnce, find: 'lost && now < graceEnds', put: 'graceEnds < 0' },
    grace,
  ),
  mutation(
    'a refresh token is spent once more although the answer was heard and is held',
    { file: renewOnce, find: ' && !outcome.heard', put: '' },
    grace,
  ),
  mutation(
    'a refresh token is spent once more when the grace is over',
    { file: renewOnce, find: 'lost && now < graceEnds', put: 'lost && graceMilliseconds > 0' },
    grace,
  ),
  mutation(
    'a refresh token is spent once more at a provider that ends the grant for it (no grace)',
    { file: renewOnce, find: 'lost && now < graceEnds', put: 'lost' },
    unit(tests, 'a crash after sending'),
  ),
  mutation(
    'a refresh token is spent once more and again, as long as the grace lasts',
    {
      file: renewOnce,
      find: '{ attempt: again, outcome: await renewUnderLease(deps, { ...first, attempt: again }) }',
      put: 'await spend(deps, { ...first, attempt: { ...again, again: false } })',
    },
    grace,
  ),
  mutation(
    'the lease of an auth that is being deleted is taken again',
    { file: renewOnce, find: " && current.state !== 'deleting'", put: '' },
    grace,
  ),
];
