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
import { keyRoles } from '../../permissions.ts';
import type { Collection, Key } from '../../ports.ts';
import { secret, type Secret } from '../../secret.ts';
import { Instant, iso, Name, Time } from '../inputs.ts';

const ServerKey = z.object({
  id: KeyId,
  organizationId: OrganizationId,
  /** Present when the key works in one workspace only. */
  workspaceId: WorkspaceId.optional(),
  name: Name,
  role: z.enum(keyRoles),
  /** SHA-256 of the key's secret part, which is 256 bits of chance: no salt is needed. */
  hash: z.string(),
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
});

export const KeyView = z.object({
  id: KeyId,
  name: z.string(),
  role: z.enum(keyRoles),
  workspaceId: WorkspaceId.nullable(),
  createdAt: Time,
});

export const showKey = ({ id, name, role, workspaceId, createdAt }: ServerKey): z.infer<typeof KeyView> => ({
  id,
  name,
  role,
  workspaceId: workspaceId ?? null,
  createdAt: iso(createdAt),
});
