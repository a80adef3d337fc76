import { mutation, unit, type Mutation } from '../mutation.ts';

const timing = 'shared/domain/auths/timing.ts';
const times = unit('shared/domain/auths/timing.test.ts');
const sweep = 'shared/domain/schedule/sweep.ts';
const schedule = unit('shared/domain/schedule/schedule.test.ts');

const fresh = 'shared/domain/auths/fresh-credential';

/** What is done at a time (design, section 9). */
export const scheduling: readonly Mutation[] = [
  mutation(
    'the margin before the end of a token has no minimum',
    {
      file: timing,
      find: 'Math.max(Math.floor(lifetime / 10), 30 * second)',
      put: 'Math.floor(lifetime / 10)',
    },
    times,
  ),
  mutation(
    'the margin is the same for all tokens, so that a short one is renewed at half of its life',
    {
      file: timing,
      find: 'const ahead = margin(Math.max(expiresAt - obtainedAt, 0));',
      put: 'const ahead = 15 * minute;',
    },
    times,
  ),
  {
    name: 'the watermark moves before what is due was asked for',
    changes: [
      {
        file: sweep,
        find: '  const { count, reached } = await sweepAll(deps, range, now + patience);\n',
        put: '',
      },
      { file: sweep, find: 'Math.min(now - lag, reached)', put: 'now - lag' },
      {
        file: sweep,
        find: ': deps.store.insert(watermarks, next));\n  return count;',
        put: ': deps.store.insert(watermarks, next));\n  return (await sweepAll(deps, range, now + patience)).count;',
      },
    ],
    red: schedule,
  },
  mutation(
    'the last moments are not read once more, though the index follows with a delay',
    { file: sweep, find: 'Math.min(now - lag, reached)', put: 'Math.min(now, reached)' },
    schedule,
  ),
  mutation(
    'an old message of the schedule renews an auth that nobody uses, because its token is over',
    {
      file: 'shared/domain/auths/step.ts',
      find: 'if (!ahead) return endsSoon(auth.credential, now);',
      put: 'if (!ahead || endsSoon(auth.credential, now)) return endsSoon(auth.credential, now);',
    },
    unit(`${fresh}/due.test.ts`, 'renewing what is due'),
  ),
];
