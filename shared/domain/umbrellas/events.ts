import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { UmbrellaId } from '../../ids.ts';

export const VerificationChanged = eventKind('umbrella.verification_changed', {
  summary: "The record of a provider's approval of an umbrella application was changed.",
  audience: 'news',
  version: 1,
  data: z.strictObject({ umbrellaId: UmbrellaId, from: z.string(), to: z.string() }),
  example: { umbrellaId: 'umb_01hvx3s9k2m4n6p8q0r2s4t6v8', from: 'unknown', to: 'demo' },
});

export const umbrellaEvents = [VerificationChanged];
