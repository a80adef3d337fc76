import { admitting } from './list/admitting.ts';
import { calling } from './list/calling.ts';
import { connecting } from './list/connecting.ts';
import { leavingTraces } from './list/leaving-traces.ts';
import { outcomes } from './list/outcomes.ts';
import { lostAnswers } from './list/lost-answers.ts';
import { ports } from './list/ports.ts';
import { renewing } from './list/renewing.ts';
import { scheduling } from './list/scheduling.ts';
import { sharing } from './list/sharing.ts';
import { sparing } from './list/sparing.ts';
import { twoSecrets } from './list/two-secrets.ts';
import { telling } from './list/telling.ts';
import type { Mutation } from './mutation.ts';

/** The mistakes that the tests have to notice. Their order says nothing. */
export const mutations: readonly Mutation[] = [
  ...ports,
  ...renewing,
  ...outcomes,
  ...lostAnswers,
  ...sparing,
  ...connecting,
  ...scheduling,
  ...twoSecrets,
  ...telling,
  ...calling,
  ...admitting,
  ...sharing,
  ...leavingTraces,
];
