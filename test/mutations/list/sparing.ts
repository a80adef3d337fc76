import { mutation, unit, type Mutation } from '../mutation.ts';

const attempt = 'shared/domain/auths/attempt.ts';
const deadline = `  if (deps.clock.now() + callTimeout + commitMilliseconds > spend.attempt.until)
    return { kind: 'transient', code: 'too_slow' };
`;
const askBreaker = '  const admission = await admit(deps, spend.service, host);\n';
const passes = 'shared/domain/auths/passes.ts';
const renewals = 'shared/domain/auths/fresh-credential/';
const breaker = unit('shared/domain/breaker/breaker.test.ts');
// The others of that file let hundreds of renewals wait for a pass.
const pass = unit('shared/domain/auths/passes.test.ts', 'a pass');

/** Sparing a provider that is down or busy, and auths while it, or the store, is. */
export const sparing: readonly Mutation[] = [
  mutation(
    'every process tries whether the provider is back (the probe is not claimed by a conditional write)',
    {
      file: 'shared/domain/breaker/admit.ts',
      find: 'if (probing && (await replaceAndTell(deps, breakers, probing))) return admission;',
      put: 'if (probing) return admission;',
    },
    breaker,
  ),
  mutation(
    'the breaker never closes',
    {
      file: 'shared/domain/breaker/breaker.ts',
      find: '  failures: 0,\n  opened: undefined,\n',
      put: '  failures: 0,\n',
    },
    breaker,
  ),
  mutation(
    'a refused application fails each auth of its service, and each tells of it',
    {
      file: 'shared/domain/auths/fail.ts',
      find: "kind === 'client' && !endsSoon(auth.credential, now)",
      put: "kind === 'client' && auth.state === 'deleting'",
    },
    breaker,
  ),
  mutation(
    'a revoked grant counts as a failure of the host',
    {
      file: attempt,
      find: "outcome.kind !== 'client')\n    return answered();",
      put: "outcome.kind !== 'client' && outcome.kind !== 'terminal')\n    return answered();",
    },
    breaker,
  ),
  mutation(
    'a breaker that cannot be written loses the token',
    {
      file: attempt,
      find: 'report(admission, outcome).catch(() => undefined)',
      put: 'report(admission, outcome)',
    },
    unit(renewals, 'a breaker that cannot be written'),
  ),
  {
    name: 'the end of the lease is looked at before the breaker is asked, not right before sending',
    changes: [
      { file: attempt, find: deadline, put: '' },
      { file: attempt, find: askBreaker, put: deadline + askBreaker },
    ],
    red: unit(renewals, 'renewing spends nothing'),
  },
  mutation(
    'a pass is taken whoever else has written meanwhile (unconditional write)',
    {
      file: passes,
      find: 'if (await (item ? deps.store.replace(passes, next) : deps.store.insert(passes, next))) return pass;',
      put: 'await (item ? deps.store.replace(passes, next) : deps.store.insert(passes, next));\n    return pass;',
    },
    pass,
  ),
  mutation(
    'the pass of a worker that is gone never ends',
    { file: passes, find: 'out.filter(({ until }) => until > now)', put: 'out' },
    pass,
  ),
  mutation(
    'an outage of the store sets auths aside',
    {
      file: 'shared/domain/auths/port-failures.ts',
      find: 'if (failures.has(at)) return true;',
      put: 'if (failures.has(at)) return false;',
    },
    unit('shared/domain/auths/set-aside.test.ts', 'an outage'),
  ),
];
