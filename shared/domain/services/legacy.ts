import * as z from 'zod';
import { Time } from '../inputs.ts';

/** What the older system called a service. */
export const LegacyId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'Expected an id without spaces and control characters.');

/** Why a legacy service is to go, or what follows it. */
const Message = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^\P{Cc}*$/u, 'Expected one line without control characters.');

/** That a legacy service is to go: why, and from when on no new auth is made with it (R17). ISO 8601, UTC. */
export const Sunset = z.strictObject({ message: Message.optional(), sunsetAt: Time.optional() });

/** The same as an edit gives it: null takes one back, what is left out stays. */
export const SunsetEdit = z.strictObject({
  message: Message.nullable().optional(),
  sunsetAt: Time.nullable().optional(),
});

/** What is kept of a service from the older system; once it was moved, by which id that knew it, no more. */
export const Legacy = Sunset.extend({ id: LegacyId });
export type Legacy = z.infer<typeof Legacy>;

interface MayBeLegacy {
  readonly origin?: 'legacy' | undefined;
  readonly legacy?: Legacy | undefined;
}

/** What makes a service a legacy one (R14); undefined for all others, for those that were moved too. Only it sunsets. */
export const legacyOf = ({ origin, legacy }: MayBeLegacy): Legacy | undefined =>
  origin === 'legacy' ? legacy : undefined;
