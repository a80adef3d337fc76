import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { AuthId, OrganizationId, ReceiptId, ServiceId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { EndUserId } from '../auths/auth.ts';
import { digest } from '../idempotency/record.ts';
import { Instant, iso, isoOrNull, Time } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';

/** `pending`: the provider was not reached yet. `not_possible`: it has no way to. `unknown`: nobody has written down how it ended. */
const Revocation = z.enum(['pending', 'revoked', 'failed', 'not_possible', 'unknown']);

const ForgottenAuth = z.object({
  authId: AuthId,
  serviceId: ServiceId.optional(),
  revocation: Revocation,
  code: z.string().optional(),
  /** Since when there is nothing left to be revoked, though nobody has written down yet how it ended. */
  missedAt: Instant.optional(),
});
export type ForgottenAuth = z.infer<typeof ForgottenAuth>;

/** How many auths a receipt names; it counts all. */
export const mostNamed = 1000;

const Receipt = z.object({
  id: ReceiptId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  /** Whom it is about, until that is forgotten too. */
  endUserId: EndUserId.optional(),
  /** `forgotten`: nothing here bears the end user's id any more. `complete`: how each revocation ended is known, too. */
  status: z.enum(['under_way', 'forgotten', 'complete']),
  auths: z.array(ForgottenAuth),
  counts: z.object({ auths: z.int(), sessions: z.int(), connectSessions: z.int() }),
  requestedAt: Instant,
  forgottenAt: Instant.optional(),
  completedAt: Instant.optional(),
  /** When nothing can come after any more: some time after all was looked for and nothing new could be made. */
  quietAt: Instant.optional(),
  /** When there is more to be done. */
  nextAt: Instant.optional(),
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Receipt = z.infer<typeof Receipt>;

export const receiptKey = (organizationId: string, workspaceId: string, id: string): Key => ({
  partition: `ORG#${organizationId}#WS#${workspaceId}`,
  sort: `RECEIPT#${id}`,
});

/** All receipts of a workspace. */
export const receiptsOf = (organizationId: string, workspaceId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}`,
  prefix: 'RECEIPT#',
});

/** The receipt that stands at a key, read back from it. */
export const receiptAt = ({ partition, sort }: Key): { workspaceId: string; receiptId: string } => ({
  workspaceId: partition.slice(partition.indexOf('#WS#') + 4),
  receiptId: sort.slice('RECEIPT#'.length),
});

const firstDue = (item: Receipt) =>
  [outboxDue(item), item.nextAt === undefined ? undefined : { at: item.nextAt, act: 'forgetting' }]
    .filter((due) => due !== undefined)
    .toSorted((a, b) => a.at - b.at)[0];

/** What came of forgetting an end user. It is kept as long as its workspace, and names nobody. */
export const receipts: Collection<Receipt> = {
  name: 'receipt',
  schema: Receipt,
  place: (item) => ({ key: receiptKey(item.organizationId, item.workspaceId, item.id), due: firstDue(item) }),
};

export const ReceiptView = z.object({
  id: ReceiptId,
  workspaceId: WorkspaceId,
  status: Receipt.shape.status,
  counts: Receipt.shape.counts.extend({
    revocations: z.record(Revocation, z.int()),
  }),
  auths: z.array(
    z.object({
      authId: AuthId,
      serviceId: ServiceId.nullable(),
      revocation: Revocation,
      code: z.string().nullable(),
    }),
  ),
  requestedAt: Time,
  forgottenAt: Time.nullable(),
  completedAt: Time.nullable(),
  digest: z.string().nullable(),
});

const tally = (auths: readonly ForgottenAuth[]): Record<z.infer<typeof Revocation>, number> => {
  const count = (how: z.infer<typeof Revocation>) =>
    auths.filter(({ revocation }) => revocation === how).length;
  return {
    pending: count('pending'),
    revoked: count('revoked'),
    failed: count('failed'),
    not_possible: count('not_possible'),
    unknown: count('unknown'),
  };
};

/**
 * A receipt as builders see it. Once it is complete its digest is the SHA-256 of the rest as JSON in this order, in base64url, so
 * that a copy can be held against it.
 */
export const showReceipt = (item: Receipt): z.infer<typeof ReceiptView> => {
  const shown = {
    id: item.id,
    workspaceId: item.workspaceId,
    status: item.status,
    counts: { ...item.counts, revocations: tally(item.auths) },
    auths: item.auths.map(({ authId, serviceId, revocation, code }) => ({
      authId,
      serviceId: serviceId ?? null,
      revocation,
      code: code ?? null,
    })),
    requestedAt: iso(item.requestedAt),
    forgottenAt: isoOrNull(item.forgottenAt),
    completedAt: isoOrNull(item.completedAt),
  };
  return { ...shown, digest: item.status === 'complete' ? digest(JSON.stringify(shown)) : null };
};
