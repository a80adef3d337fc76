import { found, mutation, unit, type Mutation } from '../mutation.ts';

const auths = 'shared/domain/auths';
const renewal = unit('shared/domain/auths/fresh-credential.test.ts');

/** Refreshing exactly once: lease, intent, vault and pointer (design, section 8). */
export const renewing: readonly Mutation[] = [
  mutation(
    "who failed or came late clears a lease that is another's (release without owner)",
    { file: `${auths}/fail.ts`, find: 'auth.attempt?.id !== attempt.id || ', put: '' },
    renewal,
  ),
  mutation(
    'the pointer moves whatever refresh token the auth points to meanwhile (unconditional commit)',
    {
      file: `${auths}/commit.ts`,
      find: "(auth.credential.lineage ?? '') !== attempt.spends",
      put: 'false',
    },
    renewal,
  ),
  {
    name: 'the pointer moves before the vault has kept the answer (commit before vault)',
    changes: [
      {
        file: `${auths}/attempt.ts`,
        find: 'if (good) await keepSurely(deps, auth, { version: attempt.id, credential });',
        put: '',
      },
      {
        file: `${auths}/fresh-credential.ts`,
        find: 'import { loadCredential } from',
        put: 'import { keepSurely, loadCredential } from',
      },
      {
        file: `${auths}/fresh-credential.ts`,
        find: 'return committed ?? forgetIfGone(deps, auth);',
        put: `if (committed) await keepSurely(deps, auth, { version: attempt.id, credential });
  return committed ?? forgetIfGone(deps, auth);`,
      },
    ],
    red: renewal,
  },
  mutation(
    'the pointer moves back to an older consent (the epoch is not compared)',
    { file: `${auths}/commit.ts`, find: 'auth.epoch !== epoch || ', put: '' },
    renewal,
  ),
  mutation(
    'the pointer moves in an auth that is being deleted',
    { file: `${auths}/commit.ts`, find: " || auth.state === 'deleting'", put: '' },
    renewal,
  ),
  mutation(
    'a late winner is turned away because its lease ran out',
    {
      file: `${auths}/commit.ts`,
      find: 'if (auth.epoch !== epoch',
      put: 'if (auth.attempt?.id !== attempt.id || auth.epoch !== epoch',
    },
    renewal,
  ),
  mutation(
    'the events that still wait in the outbox are lost by a renewal',
    {
      file: `${auths}/commit.ts`,
      find: 'outbox: [...auth.outbox, refreshed, ...recovered]',
      put: 'outbox: [refreshed, ...recovered]',
    },
    renewal,
  ),
  mutation(
    'a credential that was committed before comes back where no refresh token rotates',
    {
      file: `${auths}/commit.ts`,
      find: '!rotated && (before === attempt.id || obtainedAt < held)',
      put: 'false',
    },
    found,
  ),
  mutation(
    'who does not get the lease goes on as if it had it (the item is not read again)',
    {
      file: `${auths}/fresh-credential.ts`,
      find: 'const leased = await replaceAndTell(deps, auths, { ...auth, attempt });',
      put: 'const leased = (await replaceAndTell(deps, auths, { ...auth, attempt })) ?? { ...auth, attempt };',
    },
    renewal,
  ),
  {
    name: 'the intent is written down after the call, not before',
    changes: [
      {
        file: `${auths}/fresh-credential.ts`,
        find: 'const leased = await replaceAndTell(deps, auths, { ...auth, attempt });',
        put: 'const leased = { ...auth, attempt };',
      },
      {
        file: `${auths}/fresh-credential.ts`,
        find: "if (outcome.kind !== 'renewed') {",
        put: "await replaceAndTell(deps, auths, leased);\n  if (outcome.kind !== 'renewed') {",
      },
    ],
    red: renewal,
  },
  mutation(
    'a lease that another holds is not heeded',
    {
      file: `${auths}/fresh-credential.ts`,
      find: 'auth.attempt !== undefined && auth.attempt.until > now',
      put: 'false',
    },
    renewal,
  ),
  mutation(
    'an answer that was kept and not committed is not looked for',
    {
      file: `${auths}/fresh-credential.ts`,
      find: 'if (await recover(deps, auth, service)) return undefined;',
      put: '',
    },
    renewal,
  ),
  mutation(
    'a refresh token is spent although the lease may end before the answer is committed',
    {
      file: `${auths}/attempt.ts`,
      find: 'deps.clock.now() + callTimeout + commitMilliseconds > attempt.until',
      put: 'false',
    },
    renewal,
  ),
  mutation(
    'those who ask at the same time in one process do not share one renewal (no single flight)',
    {
      file: `${auths}/fresh-credential.ts`,
      find: 'return flight(deps, key, () => run(deps, ref, options));',
      put: 'return run(deps, ref, options);',
    },
    renewal,
  ),
  mutation(
    'a token that lives less than a quarter of an hour is renewed on each call',
    { file: `${auths}/fresh-credential.ts`, find: 'closeToEnd = 30_000', put: 'closeToEnd = 900_000' },
    renewal,
  ),
  mutation(
    'a flight is started for each who asks',
    { file: 'shared/domain/memory.ts', find: 'under.get(key) ?? start()', put: 'start()' },
    unit('shared/domain/memory.test.ts'),
  ),
];
