import { mutation, unit, type Mutation } from '../mutation.ts';

const schedule = unit('shared/domain/schedule/schedule.test.ts');

/** From what has happened, or is about to, to who is told of it. */
export const telling: readonly Mutation[] = [
  mutation(
    'who comes late tells of the first lead time, not of the last',
    {
      file: 'shared/domain/lifetimes/alert.ts',
      find: '.findLast((lead) => ending.end - lead <= now)',
      put: '.find((lead) => ending.end - lead <= now)',
    },
    unit('shared/domain/lifetimes/alert.test.ts'),
  ),
  mutation(
    'an event leaves the outbox though the bus did not take it',
    {
      file: 'shared/domain/outbox.ts',
      find: '  } catch {\n    return item;\n  }\n',
      put: '  } catch {\n    // The bus knows best.\n  }\n',
    },
    schedule,
  ),
  mutation(
    'the sweep passes by the events that auths still carry',
    {
      file: 'shared/domain/schedule/flush-outboxes.ts',
      find: '  [auths.name]: flusher(auths),\n',
      put: '',
    },
    schedule,
  ),
];
