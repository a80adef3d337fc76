import * as z from 'zod';

/** The provider's own page was read; somebody else says so; or it is recalled and unchecked. */
const Confidence = z.enum(['provider', 'second_hand', 'unverified']);
type Confidence = z.infer<typeof Confidence>;

/** A value alone has the confidence of its row; written with its own, it differs from it. */
const known = <T extends z.ZodType>(value: T) =>
  z.union([value, z.strictObject({ value, confidence: Confidence })]);

const Seconds = known(z.int().min(1).max(1_000_000_000));

/** What may end, in seconds. What is not there has no known end. */
const Normal = z.strictObject({
  /** The access token. */
  accessSeconds: Seconds.optional(),
  /** The grant, since the last refresh. */
  idleSeconds: Seconds.optional(),
  /** A refresh token, since it was issued; one that replaces it begins anew. */
  absoluteSeconds: Seconds.optional(),
  /** The grant, since the consent: refreshing does not help. */
  consentSeconds: Seconds.optional(),
  /** Whether a refresh token is replaced when it is used. */
  rotates: known(z.boolean()).optional(),
});

const Row = z.strictObject({
  key: z.string().regex(/^[a-z\d]+(-[a-z\d]+)*$/),
  provider: z.string().min(1),
  confidence: Confidence,
  /** What the provider calls an OAuth application that it has not approved yet; null when it knows no such thing. */
  demoStatus: z.string().min(1).nullable(),
  /** Whom such an application may serve. */
  demoLimits: z.string().min(1).nullable(),
  /** How long an auth lives in that status; left out where the status changes nothing. */
  demoLifeSeconds: Seconds.optional(),
  /** From when that life counts. */
  demoClock: z.enum(['consent', 'idle']).nullable(),
  normal: Normal,
  /** How long a refresh token that was used and replaced is still taken. */
  graceSeconds: Seconds.optional(),
  note: z.string().min(1).optional(),
});

export interface Known<T> {
  readonly value: T;
  readonly confidence: Confidence;
}

const withConfidence =
  (confidence: Confidence) =>
  <T extends number | boolean>(known: T | Known<T> | undefined): Known<T> | undefined =>
    known === undefined || typeof known === 'object' ? known : { value: known, confidence };

/** How long the auths of a provider live, each value with how sure it is. */
export const LifetimeProfile = Row.transform(({ demoLifeSeconds, normal, graceSeconds, ...row }) => {
  const of = withConfidence(row.confidence);
  return {
    ...row,
    demoLifeSeconds: of(demoLifeSeconds),
    normal: {
      accessSeconds: of(normal.accessSeconds),
      idleSeconds: of(normal.idleSeconds),
      absoluteSeconds: of(normal.absoluteSeconds),
      consentSeconds: of(normal.consentSeconds),
      rotates: of(normal.rotates),
    },
    graceSeconds: of(graceSeconds),
  };
});
export type LifetimeProfile = z.infer<typeof LifetimeProfile>;
