import * as z from 'zod';
import { OrganizationId, UmbrellaId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { LatchkeyEvent } from '../../events.ts';
import { Instant, iso, Link, Name, Time } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';

const statuses = ['unknown', 'demo', 'in_review', 'verified', 'rejected'] as const;

/** What a person says of the provider's approval (R38). */
export const VerificationInput = z.strictObject({
  status: z.enum(statuses),
  note: z.string().max(2000).optional(),
  evidenceUrl: Link.optional(),
  /** How long auths live while not verified, counted from consent, in seconds (R43). */
  authLifetimeSeconds: z.int().min(60).max(315_360_000).optional(),
  /** Auths that were granted nothing but these scopes live as if it were verified. */
  exceptScopes: z.array(z.string().min(1).max(200)).max(50).optional(),
});

export const Verification = VerificationInput.extend({ by: z.string(), at: Instant });
export type Verification = z.infer<typeof Verification>;

const Umbrella = z.object({
  id: UmbrellaId,
  organizationId: OrganizationId,
  name: Name,
  provider: z.string().optional(),
  supportUrl: z.string().optional(),
  consoleUrl: z.string().optional(),
  userCap: z.int().optional(),
  /** Whether the provider gives a place under the cap free again when somebody leaves. */
  capFrees: z.boolean().default(false),
  verification: Verification,
  /** How many records of verification it has had, the present one included. */
  records: z.int().default(1),
  /** Set when it is being deleted: it is gone for all but those who finish that. */
  removedAt: Instant.optional(),
  version: z.int(),
  createdAt: Instant,
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Umbrella = z.infer<typeof Umbrella>;

export const umbrellaKey = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}`,
  sort: `UMB#${id}`,
});

export const umbrellasOf = (organizationId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}`,
  prefix: 'UMB#',
});

export const umbrellas: Collection<Umbrella> = {
  name: 'umbrella',
  schema: Umbrella,
  place: (item) => ({ key: umbrellaKey(item.organizationId, item.id), due: outboxDue(item) }),
};

const UserCap = z.int().min(1);

const details = {
  name: Name,
  provider: z.string().max(100).optional(),
  supportUrl: Link.optional(),
  consoleUrl: Link.optional(),
  /** How many people the provider lets connect while the application is not verified. */
  userCap: UserCap.optional(),
  /** `true` where the provider gives a place free again when somebody leaves; most never do. */
  capFrees: z.boolean().optional(),
};

export const NewUmbrella = z.strictObject({ ...details, verification: VerificationInput.optional() });
/** What is left out stays; `"userCap": null` says that there is no cap any more. */
export const UmbrellaEdit = z.strictObject({
  ...details,
  name: Name.optional(),
  userCap: UserCap.nullable().optional(),
});

export const VerificationView = VerificationInput.extend({ by: z.string(), at: Time });

export const UmbrellaView = z.object({
  id: UmbrellaId,
  name: z.string(),
  provider: z.string().nullable(),
  supportUrl: z.string().nullable(),
  consoleUrl: z.string().nullable(),
  userCap: z.int().nullable(),
  capFrees: z.boolean(),
  /** How many people count against the cap, and the cap. */
  users: z.object({ count: z.int(), cap: z.int().nullable() }),
  verification: VerificationView,
  version: z.int(),
  createdAt: Time,
});

export const showVerification = (record: Verification) => ({ ...record, at: iso(record.at) });

export const showUmbrella = (item: Umbrella, count: number): z.infer<typeof UmbrellaView> => ({
  id: item.id,
  name: item.name,
  provider: item.provider ?? null,
  supportUrl: item.supportUrl ?? null,
  consoleUrl: item.consoleUrl ?? null,
  userCap: item.userCap ?? null,
  capFrees: item.capFrees,
  users: { count, cap: item.userCap ?? null },
  verification: showVerification(item.verification),
  version: item.version,
  createdAt: iso(item.createdAt),
});
