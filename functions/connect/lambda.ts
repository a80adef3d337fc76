import { serve } from '#shared/entry/serve.ts';
import { completeCallback, completeCallbackIn } from './callback.ts';
import { openPage } from './open.ts';
import { readSession } from './read.ts';
import { startSession } from './start.ts';
import { submitPage } from './submit.ts';

export const handler = serve(
  startSession,
  readSession,
  openPage,
  submitPage,
  completeCallback,
  completeCallbackIn,
);
