import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { AuthId, OrganizationId, ServiceId, SessionId, UmbrellaId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key, VaultRef } from '../../ports.ts';
import { named } from '../../protocols/params.ts';
import { Instant, Name } from '../inputs.ts';
import { clocks } from '../lifetimes/clocks.ts';
import { confidences } from '../lifetimes/confidences.ts';
import { outboxDue } from '../outbox.ts';
import { EnvironmentName } from '../services/definition.ts';
import { comingEnd } from './ending.ts';
import { Generic } from './generic.ts';

export const states = ['active', 'failing', 'needs_reconnect', 'deleting'] as const;

/** Why a person has to connect again (R42). */
export const causes = [
  'provider_test_status',
  'revoked',
  'idle_limit',
  'absolute_limit',
  'consent_limit',
  'client_secret',
  'lost_rotation',
  'provider_outage',
  'service_changed',
  'unknown',
] as const;

export const EndUserId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w.:@|+-]+$/, 'Expected letters, digits and . : @ | + - _ alone.');

export const Tags = z
  .array(z.string().regex(/^[\w.:-]{1,50}$/, 'Expected up to 50 letters, digits and . : - _ alone.'))
  .max(10, 'At most 10 tags.')
  .refine((tags) => new Set(tags).size === tags.length, 'A tag stands there twice.');

const largestMetadata = 4096;

/** Free values of the platform's own, at most 4 kB as JSON. */
export const FreeMetadata = named(100, z.string().min(1).max(100), z.json()).refine(
  (metadata) => Buffer.byteLength(JSON.stringify(metadata)) <= largestMetadata,
  `Expected at most ${String(largestMetadata)} bytes of JSON.`,
);

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

/** An end that is foreseen, and why. */
const Prediction = z.object({
  end: Instant,
  reason: z.enum(clocks),
  /** When the life began that ends then; absent where at the consent. */
  since: Instant.optional(),
  /** Whether a renewal moves it. */
  moves: z.literal(true).optional(),
  /** Absent where it is what people recorded of the umbrella. */
  confidence: z.enum(confidences).optional(),
});

const Auth = z.object({
  id: AuthId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  /** Absent for a generic auth. */
  serviceId: ServiceId.optional(),
  environment: EnvironmentName,
  generic: Generic.optional(),
  /** What tied it to the definition when it was connected: an edit that changes this has ended it. */
  tie: z.string(),
  name: Name,
  tags: Tags.default([]),
  /** What the platform wants to find with the auth; never used in a call. */
  metadata: FreeMetadata.default({}),
  /** By which name the provider knows the account, as the service's test has told. */
  account: z.string().optional(),
  /** How the last test of the credential ended. */
  tested: z.object({ at: Instant, ok: z.boolean(), code: z.string() }).optional(),
  /** What the person was asked for, and what of it the provider says was granted. */
  scopes: z.object({ asked: z.array(z.string()), granted: z.array(z.string()).optional() }).optional(),
  endUserId: EndUserId.optional(),
  state: z.enum(states),
  cause: z.enum(causes).optional(),
  /**
   * The last failures in a row to renew, or, where nothing renews, refusals in the daily test. What fails while the breaker is
   * open is not counted.
   */
  failure: z
    .object({ code: z.string(), description: z.string().optional(), at: Instant, count: z.int() })
    .optional(),
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
    /** When the refresh token ends, where the provider told. */
    refreshExpiresAt: Instant.optional(),
    /** Whether the last renewal left that end where it was. */
    endStays: z.boolean().optional(),
    /** When the refresh token came, where that was after the consent. */
    tokenSince: Instant.optional(),
  }),
  refreshAt: Instant.optional(),
  /** Since when the schedule leaves it alone, because renewing it failed by an error of ours again and again. */
  setAsideAt: Instant.optional(),
  /** When a credential that nothing renews is tested next, where its service describes a test. */
  testAt: Instant.optional(),
  /** When a proxied call used it last, give or take six hours. */
  usedAt: Instant.optional(),
  attempt: Attempt.optional(),
  /** The umbrella that was not verified when the person consented, or that lost its status since. */
  atRisk: z.object({ umbrellaId: UmbrellaId, status: z.string() }).optional(),
  /** The end that this means, where one is known. `verified` does not take it back (R45). */
  demo: z.object({ end: Instant, confidence: z.enum(confidences).optional() }).optional(),
  /** The earliest end that is known. */
  prediction: Prediction.optional(),
  /** The earliest end ahead that no renewal moves, where `prediction` is one that they do, or that the auth has outlived. */
  lasting: Prediction.optional(),
  /** The next moment at which somebody must be told of one of these ends. */
  alertAt: Instant.optional(),
  /** What was told last of each end, the latest telling last: of which, and how long before it in milliseconds; 0 is the end itself. */
  alerted: z.array(z.object({ end: Instant, lead: z.int() })).optional(),
  /** The consent that has outlived what its service learned, told once: since when the service believes in that age. */
  outlived: z.object({ epoch: z.int(), since: Instant }).optional(),
  sessionId: SessionId.optional(),
  /** The versions of the last consents in place: what was committed once does not come back. */
  consents: z.array(z.string()).optional(),
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

const endsIn = (organizationId: string, workspaceId: string): string =>
  `ORG#${organizationId}#WS#${workspaceId}#ends`;

/** Sorts as the number does, until more than ten thousand years from now. */
const inOrder = (instant: number): string => String(instant).padStart(16, '0');

/** Where an auth stands among those of its workspace by their ends; undefined when none is to come. */
export const endPlaceOf = (auth: Auth): Key | undefined => {
  const end = comingEnd(auth);
  if (end === undefined) return undefined;
  return { partition: endsIn(auth.organizationId, auth.workspaceId), sort: `${inOrder(end)}#${auth.id}` };
};

/** The auths of a workspace whose end is predicted before a time, the soonest first. */
export const authsEndingBefore = (organizationId: string, workspaceId: string, end: number) => ({
  index: 'ranked' as const,
  partition: endsIn(organizationId, workspaceId),
  before: inOrder(end),
});

/**
 * When a renewal or a removal is to be asked for. A renewal not while somebody holds the lease, but in the moment in which that
 * ends: who did not give it back is gone, and the sweep has not read past that moment yet, as it has past `refreshAt`.
 */
const workDue = ({ state, refreshAt, setAsideAt, attempt }: Auth) => {
  if (state === 'deleting') return refreshAt === undefined ? undefined : { at: refreshAt, act: 'removal' };
  if (setAsideAt !== undefined) return undefined;
  if (attempt && attempt.until > 0) return { at: attempt.until, act: 'refresh' };
  return refreshAt === undefined ? undefined : { at: refreshAt, act: 'refresh' };
};

const dueActs = (auth: Auth) =>
  [
    outboxDue(auth),
    workDue(auth),
    auth.alertAt === undefined ? undefined : { at: auth.alertAt, act: 'expiry' },
    auth.testAt === undefined ? undefined : { at: auth.testAt, act: 'test' },
  ].filter((due) => due !== undefined);

const firstDue = (auth: Auth) => {
  const first = dueActs(auth).toSorted((a, b) => a.at - b.at)[0];
  return first && { ...first, of: auth.serviceId };
};

export const auths: Collection<Auth> = {
  name: 'auth',
  schema: Auth,
  place: (auth) => ({
    key: authKey(auth.organizationId, auth.id),
    listed: { partition: authsOf(auth.organizationId, auth.workspaceId).partition, sort: auth.id },
    grouped:
      auth.serviceId === undefined
        ? undefined
        : { partition: authsWith(auth.organizationId, auth.serviceId).partition, sort: auth.id },
    ranked: endPlaceOf(auth),
    due: firstDue(auth),
  }),
};

/** Where the credential of an auth lies. */
export const credentialRef = (auth: Pick<Auth, 'organizationId' | 'workspaceId' | 'id'>): VaultRef => ({
  kind: 'auth',
  organizationId: auth.organizationId,
  workspaceId: auth.workspaceId,
  id: auth.id,
});
