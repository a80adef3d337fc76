import * as z from 'zod';
import { OrganizationId, UmbrellaId } from '../../ids.ts';
import type { Collection, Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { Verification, type Umbrella } from './umbrella.ts';

/** What was once said of the provider's approval, or is said now (R38). */
const VerificationRecord = z.object({
  organizationId: OrganizationId,
  umbrellaId: UmbrellaId,
  /** Counts the records of an umbrella, from 1. */
  number: z.int(),
  verification: Verification,
  revision: z.int(),
});
export type VerificationRecord = z.infer<typeof VerificationRecord>;

const largest = 9_999_999_999;

/** Where a record stands: lists go upwards, and the newest is to be first. */
export const placeOfRecord = (number: number): string =>
  `STATUS#${String(largest - number).padStart(10, '0')}`;

export const recordsOf = (organizationId: string, umbrellaId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#UMB#${umbrellaId}`,
  prefix: 'STATUS#',
});

export const verificationRecords: Collection<VerificationRecord> = {
  name: 'umbrella_record',
  schema: VerificationRecord,
  place: ({ organizationId, umbrellaId, number }) => ({
    key: { partition: recordsOf(organizationId, umbrellaId).partition, sort: placeOfRecord(number) },
  }),
};

/** The record that an umbrella bears now. */
export const presentRecord = ({
  organizationId,
  id,
  records,
  verification,
}: Umbrella): VerificationRecord => ({
  organizationId,
  umbrellaId: id,
  number: records,
  verification,
  revision: 0,
});

/**
 * Keeps the record that an umbrella bears, before another takes its place. Whoever comes next keeps the very same, so a writer
 * that dies in between, or that is too late, has written nothing that is not true.
 */
export const keepPresentRecord = async (
  { store }: Pick<Deps, 'store'>,
  umbrella: Umbrella,
): Promise<void> => {
  await store.insert(verificationRecords, presentRecord(umbrella));
};

/** The record that held at a time, or the first that is known. */
export const recordAt = async (
  { store }: Pick<Deps, 'store'>,
  umbrella: Umbrella,
  time: number,
): Promise<Verification> => {
  let found = umbrella.verification;
  if (found.at <= time) return found;
  const before = recordsOf(umbrella.organizationId, umbrella.id);
  for await (const { verification } of every(store, verificationRecords, before)) {
    found = verification;
    if (found.at <= time) break;
  }
  return found;
};
