import { mutation, unit, type Mutation } from '../mutation.ts';

const proxy = 'shared/domain/proxy';
const redirects = unit('shared/domain/proxy/redirects.test.ts');
const retries = unit('shared/domain/proxy/retries.test.ts');
const limits = unit('shared/domain/proxy/limits/');

/** Calls through the proxy: where a credential may go, how often a call is sent, and who has room for one. */
export const calling: readonly Mutation[] = [
  mutation(
    'a redirect out of the service takes the credential along',
    {
      file: `${proxy}/redirects.ts`,
      find: '!hop.strange && rules.withCredential(url)',
      put: '!hop.strange',
    },
    redirects,
  ),
  mutation(
    'who was led out of the service gets the credential when it is led back',
    {
      file: `${proxy}/redirects.ts`,
      find: '!hop.strange && rules.withCredential(url)',
      put: 'rules.withCredential(url)',
    },
    redirects,
  ),
  mutation(
    'a Location that repeats the credential is followed to another site',
    { file: `${proxy}/redirects.ts`, find: '  if (texts.some(rules.holds)) return undefined;\n', put: '' },
    redirects,
  ),
  mutation(
    'a path that is not below the base URL of the service is called',
    { file: `${proxy}/reach.ts`, find: 'return same && below &&', put: 'return same &&' },
    unit('shared/domain/proxy/target.test.ts'),
  ),
  mutation(
    'dots that only a decoding server resolves climb out of the base URL',
    {
      file: `${proxy}/reach.ts`,
      find: ' && !climbsDecoded(url.pathname.slice(root.length))',
      put: '',
    },
    unit('shared/domain/proxy/target.test.ts'),
  ),
  mutation(
    'a host is dialled when one of its addresses is public (mixed answers)',
    { file: 'shared/aws/egress/dial.ts', find: 'addresses.every(good)', put: 'addresses.some(good)' },
    unit('shared/aws/egress/refusal.test.ts'),
  ),
  mutation(
    'a call that must not be made twice is sent again after an answer',
    {
      file: `${proxy}/retries.ts`,
      find: 'worthwhile && harmless(outgoing) ? floorOf',
      put: 'worthwhile ? floorOf',
    },
    retries,
  ),
  mutation(
    'a call that must not be made twice is sent again after its connection broke',
    {
      file: `${proxy}/retries.ts`,
      find: "error.reason === 'reset' && harmless(outgoing)",
      put: "error.reason === 'reset'",
    },
    retries,
  ),
  mutation(
    'calls whose answers were read stay counted as under way',
    { file: `${proxy}/limits/within-limits.ts`, find: '    leaveCrowd();\n', put: '' },
    limits,
  ),
  mutation(
    'places of calls that are over are not given back',
    { file: `${proxy}/limits/within-limits.ts`, find: '    await leave?.ends();\n', put: '' },
    limits,
  ),
  mutation(
    'an auth that another process has deleted is used for longer than a second',
    { file: 'shared/domain/auths/recent.ts', find: 'const age = 1_000;', put: 'const age = 10_000;' },
    unit('shared/domain/auths/recent.test.ts'),
  ),
  mutation(
    'a token is handed out and no line of the history says so',
    {
      file: 'shared/domain/auths/hand-out.ts',
      find: 'return { ...auth, outbox: [...auth.outbox, told] };',
      put: 'return auth;',
    },
    unit('shared/domain/auths/hand-out.test.ts'),
  ),
];
