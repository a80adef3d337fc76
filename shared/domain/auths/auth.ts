import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { AuthId, OrganizationId, ServiceId, SessionId, UmbrellaId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key, VaultRef } from '../../ports.ts';
import { Instant, iso, isoOrNull, Name, Time } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';

const states = ['active', 'failing', 'needs_reconnect', 'deleting'] as const;

/** Why a person has to connect again (R42). */
export const causes = [
  'provider_test_status',
  'revoked',
  'absolute_limit',
  'lost_rotation',
  'unknown',
] as const;

export const EndUserId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w.:@|+-]+$/, 'Expected letters, digits and . : @ | + - _');

/** One try to renew: who holds the lease until when, and which refresh token is about to be spent. */
const Attempt = z.object({
  id: z.string(),
  /** When the lease ends; 0 when it was given back and only the intent stays open. */
  until: Instant,
  /** Hash of the refresh token that this try spends. */
  spends: z.string(),
  /** The outcome of a try before is not known and this one spends the same refresh token again. */
  again: z.boolean(),
});
export type Attempt = z.infer<typeof Attempt>;

const Auth = z.object({
  id: AuthId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  serviceId: ServiceId,
  environment: z.literal('production'),
  name: Name,
  endUserId: EndUserId.optional(),
  state: z.enum(states),
  cause: z.enum(causes).optional(),
  /** The last failures to renew, none in between. */
  failure: z.object({ code: z.string(), at: Instant, count: z.int() }).optional(),
  /** Raised by each new consent: what belongs to an older one is of no use. */
  epoch: z.int(),
  consentedAt: Instant,
  credential: z.object({
    version: z.string(),
    /** The version before: kept for calls that read the auth a moment ago, forgotten when the next one comes. */
    before: z.string().optional(),
    /** Hash of the refresh token that the version holds; absent when it holds none. */
    lineage: z.string().optional(),
    obtainedAt: Instant,
    accessExpiresAt: Instant.optional(),
  }),
  refreshAt: Instant.optional(),
  attempt: Attempt.optional(),
  /** The umbrella that was not verified when the person consented, or that lost its status since. */
  atRisk: z.object({ umbrellaId: UmbrellaId, status: z.string() }).optional(),
  prediction: z.object({ end: Instant, reason: z.literal('demo') }).optional(),
  /** The next moment at which somebody must be told of the predicted end. */
  alertAt: Instant.optional(),
  sessionId: SessionId.optional(),
  version: z.int(),
  createdAt: Instant,
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Auth = z.infer<typeof Auth>;

export const authKey = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}#AUTH#${id}`,
  sort: 'AUTH',
});

/** The auth that stands at a key, read back from it. */
export const authIdAt = ({ partition }: Key): string => partition.slice(partition.indexOf('#AUTH#') + 6);

export const authsOf = (organizationId: string, workspaceId: string) => ({
  index: 'listed' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#auths`,
});

/** The auths made with a service, in every workspace. */
export const authsWith = (organizationId: string, serviceId: string) => ({
  index: 'grouped' as const,
  partition: `ORG#${organizationId}#SVC#${serviceId}#auths`,
});

const dueActs = (auth: Auth) =>
  [
    outboxDue(auth),
    auth.refreshAt === undefined
      ? undefined
      : { at: auth.refreshAt, act: auth.state === 'deleting' ? 'removal' : 'refresh' },
    // A lease that nobody gave back: its holder is gone, and what it left must be found.
    auth.attempt && auth.attempt.until > 0 ? { at: auth.attempt.until, act: 'refresh' } : undefined,
    auth.alertAt === undefined ? undefined : { at: auth.alertAt, act: 'expiry' },
  ].filter((due) => due !== undefined);

export const auths: Collection<Auth> = {
  name: 'auth',
  schema: Auth,
  place: (auth) => ({
    key: authKey(auth.organizationId, auth.id),
    listed: { partition: authsOf(auth.organizationId, auth.workspaceId).partition, sort: auth.id },
    grouped: { partition: authsWith(auth.organizationId, auth.serviceId).partition, sort: auth.id },
    due: dueActs(auth).toSorted((a, b) => a.at - b.at)[0],
  }),
};

/** Where the credential of an auth lies. */
export const credentialRef = (auth: Pick<Auth, 'organizationId' | 'workspaceId' | 'id'>): VaultRef => ({
  kind: 'auth',
  organizationId: auth.organizationId,
  workspaceId: auth.workspaceId,
  id: auth.id,
});

export const AuthView = z.object({
  id: AuthId,
  workspaceId: WorkspaceId,
  serviceId: ServiceId,
  environment: z.string(),
  name: z.string(),
  endUserId: z.string().nullable(),
  account: z.null(),
  state: z.enum(states),
  cause: z.enum(causes).nullable(),
  atRisk: z.boolean(),
  predictedEnd: Time.nullable(),
  accessExpiresAt: Time.nullable(),
  failure: z.object({ code: z.string(), at: Time, count: z.int() }).nullable(),
  consentedAt: Time,
  version: z.int(),
  createdAt: Time,
});

/** An auth as callers see it: what it is and how it fares, never what it holds. */
export const showAuth = (auth: Auth): z.infer<typeof AuthView> => ({
  id: auth.id,
  workspaceId: auth.workspaceId,
  serviceId: auth.serviceId,
  environment: auth.environment,
  name: auth.name,
  endUserId: auth.endUserId ?? null,
  account: null,
  state: auth.state,
  cause: auth.cause ?? null,
  atRisk: auth.atRisk !== undefined,
  predictedEnd: isoOrNull(auth.prediction?.end),
  accessExpiresAt: isoOrNull(auth.credential.accessExpiresAt),
  failure: auth.failure ? { ...auth.failure, at: iso(auth.failure.at) } : null,
  consentedAt: iso(auth.consentedAt),
  version: auth.version,
  createdAt: iso(auth.createdAt),
});
