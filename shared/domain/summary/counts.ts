import * as z from 'zod';
import { ServiceId, UmbrellaId } from '../../ids.ts';
import { causes } from '../auths/auth.ts';
import { Instant } from '../inputs.ts';

/** The predicted ends are told by day for so many days, the first of them today (UTC). */
export const daysAhead = 60;

/** So many services and umbrellas are told of one by one, those with most auths; the others as one sum. */
export const mostNamed = 200;

const Count = z.int().nonnegative();

const fare = { auths: Count, failing: Count, needsReconnect: Count, atRisk: Count };

/** What was counted of the auths of an organization or a workspace. Auths that are being deleted are left out. */
export const Counts = z.object({
  auths: Count,
  workspaces: Count,
  states: z.object({ active: Count, failing: Count, needs_reconnect: Count }),
  /** Of those that need a person to connect again. */
  causes: z.partialRecord(z.enum(causes), Count),
  atRisk: Count,
  setAside: Count,
  /** Under null those without a service. */
  services: z.array(z.object({ serviceId: ServiceId.nullable(), ...fare })),
  otherServices: z.object({ services: Count, ...fare }),
  /** The auths at risk by the umbrella application that is not verified. */
  umbrellas: z.array(z.object({ umbrellaId: UmbrellaId, atRisk: Count })),
  otherUmbrellas: z.object({ umbrellas: Count, atRisk: Count }),
  /** Of the auths that work: when they are predicted to end. `past` is before the count, `later` after the last day. */
  predictedEnds: z.object({
    past: Count,
    days: z.array(z.object({ date: z.iso.date(), auths: Count })),
    later: Count,
    never: Count,
  }),
});
export type Counts = z.infer<typeof Counts>;

/** Counts, and when they began to be counted. */
export const Counted = Counts.extend({ at: Instant });
export type Counted = z.infer<typeof Counted>;
