import * as z from 'zod';
import { createHash } from 'node:crypto';
import type { Collection, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';

/** How long an answer can be had again. Milliseconds. */
export const idempotencyLife = 86_400_000;

/** A call that creates, known by the caller's own key; its answer is sealed, for it may hold a secret. */
const IdempotencyRecord = z.object({
  organizationId: z.string(),
  actorId: z.string(),
  hash: z.string(),
  request: z.string(),
  begunAt: Instant,
  sealedAnswer: z.string().optional(),
  revision: z.int(),
});
export type IdempotencyRecord = z.infer<typeof IdempotencyRecord>;

export const digest = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('base64url');

export const recordKey = (of: Pick<IdempotencyRecord, 'organizationId' | 'actorId' | 'hash'>): Key => ({
  partition: `ORG#${of.organizationId}#IDEMPOTENCY#${of.actorId}#${of.hash}`,
  sort: 'RECORD',
});

export const records: Collection<IdempotencyRecord> = {
  name: 'idempotency_record',
  schema: IdempotencyRecord,
  place: (item) => ({ key: recordKey(item), expiresAt: item.begunAt + idempotencyLife }),
};
