import * as z from 'zod';
import { ProfileName } from './profile-name.ts';

/** `provider`: the provider's own page was read. `secondary`: somebody else says so. `unverified`: recalled, unchecked. */
const Confidence = z.enum(['provider', 'secondary', 'unverified']);

const Seconds = z.int().min(1).max(1_000_000_000);

/** How sure a value is, and who says so: prose, for no link stays good as long as the value. */
const origin = { confidence: Confidence, source: z.string().min(1).max(300) };

const Clock = z.strictObject({
  /**
   * `consent`: refreshing does not help. `idle`: each refresh begins it anew. `absolute`: from the first issue or, where it
   * `restartsAtRotation`, from the issue of the refresh token in hand.
   */
  clock: z.enum(['consent', 'idle', 'absolute']),
  seconds: Seconds,
  restartsAtRotation: z.literal(true).optional(),
  ...origin,
});

/** An OAuth application that the provider has not approved yet. */
const Demo = z.strictObject({
  /** What the provider calls it; left out where it knows no such thing. */
  status: z.string().min(1).optional(),
  /** Whom such an application may serve. */
  limits: z.string().min(1).optional(),
  userCap: z.int().min(1).optional(),
  /** How long its auths live, counted from consent; left out where the status changes nothing. */
  lifetimeSeconds: Seconds.optional(),
  /** Auths that were granted nothing but these live as if it were approved. */
  exceptScopes: z.array(z.string().min(1)).min(1).optional(),
  ...origin,
});

/** How long the auths of a provider live, each value with how sure it is and who says so. */
export const LifetimeProfile = z.strictObject({
  name: ProfileName,
  /** The provider, and which of its applications. */
  title: z.string().min(1).max(200),
  /** What ends an auth. Empty where no end is known. */
  clocks: z
    .array(Clock)
    .refine((clocks) => new Set(clocks.map(({ clock }) => clock)).size === clocks.length, 'A clock twice.'),
  demo: Demo.optional(),
  accessToken: z.strictObject({ seconds: Seconds, ...origin }).optional(),
  /** Whether a refresh token is replaced when it is used, and how long the spent one is still taken. */
  rotation: z
    .strictObject({
      rotates: z.boolean(),
      ...origin,
      grace: z.strictObject({ seconds: Seconds, ...origin }).optional(),
    })
    .optional(),
  /** What a builder should know. */
  note: z.string().min(1).max(500).optional(),
});
export type LifetimeProfile = z.infer<typeof LifetimeProfile>;
