import { mutation, unit, type Mutation } from '../mutation.ts';

const auths = 'shared/domain/auths';
const fresh = 'shared/domain/auths/fresh-credential/';
const renewal = unit(fresh);
const renewOnce = `${auths}/renew-once.ts`;
const lease = 'const leased = await replaceAndTell(deps, auths, { ...auth, attempt: lease })';

/** Refreshing exactly once: lease, intent, vault and pointer (design, section 8). */
export const renewing: readonly Mutation[] = [
  mutation(
    "who failed or came late clears a lease that is another's (release without owner)",
    { file: `${auths}/fail.ts`, find: 'found.attempt?.id !== attempt.id || ', put: '' },
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
        file: renewOnce,
        find: "import { commitRenewal } from './commit.ts';",
        put: "import { commitRenewal } from './commit.ts';\nimport { keepSurely } from './credential.ts';",
      },
      {
        file: renewOnce,
        find: 'return committed ?? forgetIfGone(deps, auth);',
        put: `if (committed) await keepSurely(deps, auth, { version: attempt.id, credential });
  return committed ?? forgetIfGone(deps, auth);`,
      },
    ],
    red: renewal,
  },
  mutation(
    'the pointer moves back to an older consent (the epoch is not compared)',
    { file: `${auths}/commit.ts`, find: 'auth.epoch !== held.epoch || ', put: '' },
    renewal,
  ),
  mutation(
    'the pointer moves in an auth that is being deleted',
    { file: `${auths}/commit.ts`, find: " || auth.state === 'deleting'", put: '' },
    renewal,
  ),
  mutation(
    'what a late winner brings makes an auth that was given up active at once (the trial is left out)',
    {
      file: `${auths}/commit.ts`,
      find: "auth.state === 'needs_reconnect' && auth.attempt?.id !== attempt.id",
      put: 'false',
    },
    renewal,
  ),
  mutation(
    'an auth that is deleted during its renewal is removed at once (the vault is not emptied once more)',
    { file: `${auths}/remove.ts`, find: 'attempt && attempt.until > deps.clock.now()', put: 'false' },
    renewal,
  ),
  mutation(
    'a late winner is turned away because its lease ran out',
    {
      file: `${auths}/commit.ts`,
      find: 'if (auth.epoch !== held.epoch',
      put: 'if (auth.attempt?.id !== attempt.id || auth.epoch !== held.epoch',
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
      find: '!rotated && (before === attempt.id || obtainedAt < since)',
      put: 'false',
    },
    unit(fresh, 'lineage brings nothing back'),
  ),
  mutation(
    'who does not get the lease goes on as if it had it (the item is not read again)',
    {
      file: renewOnce,
      find: `${lease};`,
      put: `${lease} ?? { ...auth, attempt: lease };`,
    },
    renewal,
  ),
  {
    name: 'the intent is written down after the call, not before',
    changes: [
      {
        file: renewOnce,
        find: `${lease};`,
        put: 'const leased = { ...auth, attempt: lease };',
      },
      {
        file: renewOnce,
        find: "if (outcome.kind !== 'renewed') {",
        put: "await replaceAndTell(deps, auths, leased);\n  if (outcome.kind !== 'renewed') {",
      },
    ],
    // Those who wait for the holder of a lease would wait for ever.
    red: unit(fresh, 'a crash before sending'),
  },
  mutation(
    'a lease that another holds is not heeded',
    {
      file: `${auths}/step.ts`,
      find: 'auth.attempt !== undefined && auth.attempt.until > now',
      put: 'false',
    },
    unit(fresh, 'renewing is one call'),
  ),
  mutation(
    'an answer that the vault has kept and nobody has committed is not looked for',
    {
      file: `${auths}/recover.ts`,
      find: 'let credential = await loadCredential(deps, auth, attempt.id);',
      put: 'let credential;',
    },
    renewal,
  ),
  mutation(
    'a refresh token is spent although the lease may end before the answer is committed',
    {
      file: `${auths}/attempt.ts`,
      find: 'deps.clock.now() + callTimeout + commitMilliseconds > spend.attempt.until',
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
    {
      file: `${auths}/timing.ts`,
      find: 'Math.min(shortestRest, Math.max(accessExpiresAt - obtainedAt, 0) / 2)',
      put: '15 * minute',
    },
    renewal,
  ),
  mutation(
    'a flight is started for each who asks',
    { file: 'shared/domain/memory.ts', find: 'under.get(key) ?? start()', put: 'start()' },
    unit('shared/domain/memory.test.ts'),
  ),
];
