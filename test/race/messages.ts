import * as z from 'zod';

/** What a process of a race is started with, as JSON in its first argument. */
export const Setup = z.strictObject({
  databaseUrl: z.url(),
  /** Base64. */
  rootKey: z.string(),
  /** `host:port` of the provider. */
  provider: z.string(),
});
export type Setup = z.infer<typeof Setup>;

/** Who calls: the proxy with a token that is over, the proxy after a 401, or the schedule. */
export const askers = ['proxy', 'refused', 'schedule'] as const;

/** What one process does: so many callers begin at one moment, on one auth. */
export const Errand = z.strictObject({
  id: z.string(),
  organizationId: z.string(),
  authId: z.string(),
  /** The version of the credential before the race. */
  version: z.string(),
  callers: z.int(),
  /** What the callers are, in turn. */
  askers: z.array(z.enum(askers)).min(1),
  /** Each caller has a memory of its own, as on Lambda, where one process serves one call at a time. */
  apart: z.boolean(),
  /** The store writes over what nobody has read: the control, which has to be seen. */
  broken: z.boolean(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
export type Errand = z.infer<typeof Errand>;

/** What came of it. */
export const Report = z.strictObject({
  id: z.string(),
  /** Of each caller: the hash of the access token that it would use, or the code of its error. */
  answers: z.array(z.string()),
  /** The types of the events that this process published. */
  events: z.array(z.string()),
  /** Calls of the token endpoint, pauses, the most pauses at one time, reads of the store, and reads of the vault. */
  sent: z.int(),
  pauses: z.int(),
  pausedTogether: z.int(),
  reads: z.int(),
  vaultReads: z.int(),
});
export type Report = z.infer<typeof Report>;
