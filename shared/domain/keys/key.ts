import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import {
  bare,
  bareIdPattern,
  KeyId,
  OrganizationId,
  prefixed,
  tokenPattern,
  WorkspaceId,
} from '../../ids.ts';
import { keyRoles, permissions } from '../../permissions.ts';
import type { Collection, Key } from '../../ports.ts';
import { secret, type Secret } from '../../secret.ts';
import { Instant, iso, isoOrNull, Name, Time } from '../inputs.ts';

/** What a key is let do of what its role may. */
const Scopes = z
  .array(z.enum(permissions))
  .min(1)
  .max(permissions.length)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'A permission stands there twice.');

const ServerKey = z.object({
  id: KeyId,
  organizationId: OrganizationId,
  /** Present when the key works in one workspace only. */
  workspaceId: WorkspaceId.optional(),
  name: Name,
  role: z.enum(keyRoles),
  /** SHA-256 of the key's secret part, which is 256 bits of chance: no salt is needed. */
  hash: z.string(),
  /** Texts of before a rotation, each of which works until its time. */
  earlier: z.array(z.object({ hash: z.string(), until: Instant })).default([]),
  /** Absent: all that the role may. */
  scopes: Scopes.optional(),
  /** From then on the key works no more. */
  expiresAt: Instant.optional(),
  /** When it was last used, some minutes early at the most. */
  usedAt: Instant.optional(),
  rotatedAt: Instant.optional(),
  /** Counts the edits that people make. */
  version: z.int().default(1),
  createdAt: Instant,
  revision: z.int(),
});
export type ServerKey = z.infer<typeof ServerKey>;

export const keyPlace = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}`,
  sort: `KEY#${id}`,
});

export const keysOf = (organizationId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}`,
  prefix: 'KEY#',
});

export const keys: Collection<ServerKey> = {
  name: 'key',
  schema: ServerKey,
  place: (item) => ({ key: keyPlace(item.organizationId, item.id) }),
};

const pattern = new RegExp(`^lk_(${bareIdPattern})_(${bareIdPattern})_(${tokenPattern})$`);

const digest = (token: string) => createHash('sha256').update(token).digest();

/** The text of a key as its holder keeps it: `lk_`, the organization, the key's id, the secret. */
export const keyText = (organizationId: string, id: string, token: string): Secret =>
  secret(`lk_${bare(organizationId)}_${bare(id)}_${token}`);

/** Reads the text of a key; undefined when it is not one. */
export const readKeyText = (text: string) => {
  const [, organization, id, token] = pattern.exec(text) ?? [];
  if (organization === undefined || id === undefined || token === undefined) return undefined;
  return {
    organizationId: prefixed('organization', organization),
    id: prefixed('key', id),
    token: secret(token),
  };
};

export const hashToken = (token: string): string => digest(token).toString('base64url');

/** Compares without telling by time how much was right. */
export const tokenFits = (token: string, hash: string): boolean =>
  timingSafeEqual(digest(token), Buffer.from(hash, 'base64url'));

export const NewKey = z.strictObject({
  name: Name,
  role: z.enum(keyRoles),
  workspaceId: WorkspaceId.optional(),
  scopes: Scopes.optional(),
  expiresAt: Time.optional(),
});

export const KeyEdit = NewKey.pick({ name: true });

/** How long an earlier text may go on working, in seconds: a week at the most, a day when nothing is said. */
export const Rotation = z.strictObject({ overlapSeconds: z.int().min(0).max(604_800).default(86_400) });

export const KeyView = z.object({
  id: KeyId,
  name: z.string(),
  role: z.enum(keyRoles),
  workspaceId: WorkspaceId.nullable(),
  /** Null: all that the role may. */
  scopes: z.array(z.enum(permissions)).nullable(),
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
  rotatedAt: Time.nullable(),
  /** Until when a text of before a rotation may still work; null after the last has ended. */
  earlierUntil: Time.nullable(),
  version: z.int(),
  createdAt: Time,
});

/** A key as it is shown at a time (milliseconds since 1970): never its text, nor the hash of it. */
export const showKey = (key: ServerKey, now: number): z.infer<typeof KeyView> => {
  const ends = key.earlier.map(({ until }) => until).filter((until) => until > now);
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    workspaceId: key.workspaceId ?? null,
    scopes: key.scopes ?? null,
    expiresAt: isoOrNull(key.expiresAt),
    lastUsedAt: isoOrNull(key.usedAt),
    rotatedAt: isoOrNull(key.rotatedAt),
    earlierUntil: ends.length === 0 ? null : iso(Math.max(...ends)),
    version: key.version,
    createdAt: iso(key.createdAt),
  };
};
