import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { causes } from '../auths/auth.ts';
import { Instant, iso, Time } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';
import type { Scope } from './count-auths.ts';
import { Counted, Counts } from './counts.ts';

/** What was counted last of an organization or a workspace that is too large to be counted while somebody waits (ADR 0025). */
const Summary = z.object({
  organizationId: OrganizationId,
  /** Absent for the organization as a whole. */
  workspaceId: WorkspaceId.optional(),
  /** What cannot be read, because it was counted by another version, is counted anew. */
  counted: Counted.optional().catch(undefined),
  /** Since when a new count is asked for, and until when nobody else asks for one. */
  asked: z.object({ at: Instant, until: Instant }).optional(),
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Summary = z.infer<typeof Summary>;

export const summaryKey = ({ organizationId, workspaceId }: Scope): Key => ({
  partition: `ORG#${organizationId}#SUMMARY`,
  sort: workspaceId ?? 'ORGANIZATION',
});

export const summaries: Collection<Summary> = {
  name: 'summary',
  schema: Summary,
  place: (item) => ({ key: summaryKey(item), due: outboxDue(item) }),
};

const Shown = Counts.extend({
  at: Time,
  /** Whether a newer count is under way. */
  counting: z.boolean(),
  causes: z.record(z.enum(causes), z.int()),
});

const Awaited = z.object({ at: z.null(), counting: z.literal(true) });

/** The counts with the time at which they were counted; until there are any, `at` is null and nothing else is told. */
export const SummaryView = z.union([Shown, Awaited]);

/** A summary as callers see it: every cause stands there, also with none. */
export const showSummary = (counted: Counted | undefined, counting: boolean): z.infer<typeof SummaryView> => {
  if (!counted) return { at: null, counting: true };
  const { at, ...counts } = counted;
  const byCause = z.record(z.enum(causes), z.int().default(0)).parse(counts.causes);
  return { at: iso(at), counting, ...counts, causes: byCause };
};
