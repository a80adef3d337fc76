import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { OrganizationId, ReceiptId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant, iso, isoOrNull, Time } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';

/** The deletion of an organization, and then the receipt of it: all that is left. */
const OrganizationRemoval = z.object({
  organizationId: OrganizationId,
  receiptId: ReceiptId,
  by: z.object({ type: z.string(), id: z.string() }),
  begunAt: Instant,
  /** What it held when it was deleted, by kind. */
  held: z.record(z.string(), z.int()),
  /** When there is something to be done next; absent when all is done. */
  nextAt: Instant.optional(),
  endedAt: Instant.optional(),
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type OrganizationRemoval = z.infer<typeof OrganizationRemoval>;

export const organizationRemovalKey = (organizationId: string): Key => ({
  partition: `ORG#${organizationId}#REMOVAL`,
  sort: 'RECEIPT',
});

const firstDue = (item: OrganizationRemoval) =>
  [outboxDue(item), item.nextAt === undefined ? undefined : { at: item.nextAt, act: 'organization' }]
    .filter((due) => due !== undefined)
    .toSorted((a, b) => a.at - b.at)[0];

export const organizationRemovals: Collection<OrganizationRemoval> = {
  name: 'organization_removal',
  schema: OrganizationRemoval,
  place: (item) => ({ key: organizationRemovalKey(item.organizationId), due: firstDue(item) }),
};

export const OrganizationReceipt = z.object({
  id: ReceiptId,
  organizationId: OrganizationId,
  state: z.enum(['under_way', 'done']),
  begunAt: Time,
  endedAt: Time.nullable(),
  removed: z.record(z.string(), z.int()),
});

/** The receipt of a deletion: counts and times, nothing of what was there. */
export const showReceipt = (item: OrganizationRemoval): z.infer<typeof OrganizationReceipt> => ({
  id: item.receiptId,
  organizationId: item.organizationId,
  state: item.endedAt === undefined ? 'under_way' : 'done',
  begunAt: iso(item.begunAt),
  endedAt: isoOrNull(item.endedAt),
  removed: item.held,
});
