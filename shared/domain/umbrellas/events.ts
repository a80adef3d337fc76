import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { UmbrellaId } from '../../ids.ts';

const umbrellaId = 'umb_01hvx3s9k2m4n6p8q0r2s4t6v8';
const link = 'https://console.example.com/verification';

export const VerificationChanged = eventKind('umbrella.verification_changed', {
  summary:
    "The record of a provider's approval of an umbrella application was changed. `advice` says what to do, `link` where.",
  audience: 'news',
  version: 1,
  // Events of before `advice` and `link` bear neither.
  data: z.strictObject({
    umbrellaId: UmbrellaId,
    from: z.string(),
    to: z.string(),
    advice: z.string().default(''),
    link: z.string().nullable().default(null),
  }),
  example: {
    umbrellaId,
    from: 'unknown',
    to: 'demo',
    advice: 'Auths made from now on may end early. Have the application verified.',
    link,
  },
});

export const CapNear = eventKind('umbrella.cap_near', {
  summary:
    'The people who have connected under an application that is not verified have come to 80 %, or to 100 %, of what the provider allows.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    umbrellaId: UmbrellaId,
    count: z.int(),
    cap: z.int(),
    /** The part of the cap that was reached, in percent: 80 or 100. */
    share: z.int(),
    advice: z.string(),
    link: z.string().nullable(),
  }),
  example: {
    umbrellaId,
    count: 80,
    cap: 100,
    share: 80,
    advice:
      'The provider lets only so many people connect. Have the application verified before they are all taken.',
    link,
  },
});

export const CapChanged = eventKind('umbrella.cap_changed', {
  summary:
    'The user cap of an umbrella application was set, changed or taken off: who counts is counted again.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ umbrellaId: UmbrellaId }),
  example: { umbrellaId },
});

export const UmbrellaRemovalBegun = eventKind('umbrella.removal_begun', {
  summary: 'An umbrella application is to be deleted with its records.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ umbrellaId: UmbrellaId }),
  example: { umbrellaId },
});

export const umbrellaEvents = [VerificationChanged, CapNear, CapChanged, UmbrellaRemovalBegun];
