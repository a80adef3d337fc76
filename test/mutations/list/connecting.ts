import { mutation, unit, type Mutation } from '../mutation.ts';

const connect = unit('shared/domain/connect/connect.test.ts');
const complete = 'shared/domain/connect/complete.ts';

/** From the person's consent to the auth. */
export const connecting: readonly Mutation[] = [
  mutation(
    'a state is read, then deleted, so that two callbacks use it (select-then-delete of state)',
    {
      file: complete,
      find: 'store.replace(connectStates, { ...state, usedAt: clock.now() })',
      put: '(await store.remove(connectStates, state), state)',
    },
    connect,
  ),
  mutation(
    'a state works however old it is',
    { file: complete, find: 'if (state.expiresAt <= deps.clock.now())', put: 'if (false)' },
    connect,
  ),
  mutation(
    'a state works at the callback of another environment',
    { file: complete, find: 'state?.redirectUri === redirectUri', put: 'state' },
    unit('shared/domain/connect/environments.test.ts'),
  ),
  mutation(
    'an ID token is vetted after the answer was kept',
    { file: 'shared/domain/auths/obtain.ts', find: 'if (good && !objection) await', put: 'if (good) await' },
    unit('shared/domain/connect/kept.test.ts'),
  ),
];
