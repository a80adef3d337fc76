import { serve } from '#shared/entry/serve.ts';
import { createEndUserSession } from './create.ts';
import { listEndUserSessions } from './list.ts';
import { deleteEndUserSession } from './remove.ts';

export const handler = serve(createEndUserSession, listEndUserSessions, deleteEndUserSession);
