import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { SessionId } from '../../ids.ts';

export const SessionDue = eventKind('connect.session_due', {
  summary: 'Whoever was connecting these sessions is done or gone: what is left of it is to be settled.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ sessionIds: z.array(SessionId).min(1).max(100) }),
  example: { sessionIds: ['cs_01hvx3s9k2m4n6p8q0r2s4t6v8'] },
});

export const connectEvents = [SessionDue];
