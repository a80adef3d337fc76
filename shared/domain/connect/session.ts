import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  AuthId,
  bare,
  bareIdPattern,
  OrganizationId,
  prefixed,
  ServiceId,
  SessionId,
  tokenPattern,
  WorkspaceId,
} from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { named } from '../../protocols/params.ts';
import { secret, type Secret } from '../../secret.ts';
import type { Purpose } from '../bound-seal.ts';
import { EndUserId, FreeMetadata, Tags } from '../auths/auth.ts';
import { Instant, iso, Link, Name, Time } from '../inputs.ts';
import { EnvironmentName } from '../services/definition.ts';
import { ServiceReference } from '../services/reference.ts';
import { Warning } from '../services/warnings.ts';

const minute = 60_000;

/** How long the link works, and how long the provider's page may take. Milliseconds. */
export const linkLife = 60 * minute;
export const stateLife = 10 * minute;
/** Longer than any try to obtain a credential takes: the provider's answer, keeping it, and its test. */
export const attemptLife = 3 * minute;
/** How long the outcome can be asked for. */
export const outcomeLife = 7 * 24 * 60 * minute;

const Failure = z.object({ code: z.string(), message: z.string() });

const Session = z.object({
  id: SessionId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  serviceId: ServiceId,
  environment: EnvironmentName,
  /** The auth that will be made, or that is renewed in place. */
  authId: AuthId,
  renews: z.boolean(),
  name: Name,
  tags: Tags.default([]),
  metadata: FreeMetadata.default({}),
  endUserId: EndUserId.optional(),
  /** It was opened by that end user. */
  own: z.literal(true).optional(),
  /** The optional scopes that are asked for; absent while nobody has chosen. */
  chosenScopes: z.array(z.string()).optional(),
  returnUrl: z.string().optional(),
  tokenHash: z.string(),
  /** The keys of the fields that the platform gave: the person is not asked for them and cannot change them. */
  given: z.array(z.string()),
  /** The fields given so far, sealed: some are secrets. */
  sealedFields: z.string(),
  status: z.enum(['pending', 'complete', 'failed']),
  error: Failure.optional(),
  /** The version in the vault under which the credential of the try under way is kept. */
  attempt: z.string().optional(),
  /** When whoever has begun that try is done or gone; then the schedule settles what is left of it. */
  attemptEnds: Instant.optional(),
  /** What ties it to the definition by which it is obtained, should an edit come in between. */
  tie: z.string().optional(),
  /** The scopes that this try has asked for. */
  askedScopes: z.array(z.string()).optional(),
  expiresAt: Instant,
  createdAt: Instant,
  revision: z.int(),
});
export type Session = z.infer<typeof Session>;
export type SessionFailure = z.infer<typeof Failure>;

export const sessionKey = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}#CS#${id}`,
  sort: 'SESSION',
});

/** The sessions of a workspace. */
export const sessionsOf = (organizationId: string, workspaceId: string) => ({
  index: 'grouped' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#sessions`,
});

/** The connect sessions for one end user of a workspace. */
export const sessionsFor = (organizationId: string, workspaceId: string, endUserId: string) => ({
  index: 'listed' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#EU#${endUserId}#connect-sessions`,
});

const listedAt = ({ organizationId, workspaceId, endUserId, id }: Session): Key | undefined =>
  endUserId === undefined
    ? undefined
    : { partition: sessionsFor(organizationId, workspaceId, endUserId).partition, sort: id };

export const sessions: Collection<Session> = {
  name: 'connect_session',
  schema: Session,
  place: (item) => ({
    key: sessionKey(item.organizationId, item.id),
    grouped: { partition: sessionsOf(item.organizationId, item.workspaceId).partition, sort: item.id },
    listed: listedAt(item),
    due:
      item.status === 'pending' && item.attemptEnds !== undefined
        ? { at: item.attemptEnds, act: 'session' }
        : undefined,
    expiresAt: item.createdAt + outcomeLife,
  }),
};

/** The session that stands at a key, read back from it. */
export const sessionIdAt = ({ partition }: Key): string => partition.slice(partition.indexOf('#CS#') + 4);

/** The purposes for which parts of a session are sealed. */
export const fieldsPurpose = ({ organizationId, id }: Pick<Session, 'organizationId' | 'id'>): Purpose => ({
  now: `connect-fields/${organizationId}/${id}`,
  before: `connect-fields/${id}`,
});

/** A state names its session itself, so that changed in the table it would lead to another. */
export const statePurpose = (state: {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly hash: string;
}): Purpose => ({
  now: `connect-state/${state.organizationId}/${state.sessionId}/${state.hash}`,
  before: `connect-state/${state.hash}`,
});

const linkPattern = new RegExp(`^(${bareIdPattern})_(${bareIdPattern})_(${tokenPattern})$`);

/** The last part of a connect link: organization, session, and what only the person was given. */
export const linkText = (session: Pick<Session, 'organizationId' | 'id'>, token: string): Secret =>
  secret(`${bare(session.organizationId)}_${bare(session.id)}_${token}`);

export const readLink = (text: string) => {
  const [, organization, id, token] = linkPattern.exec(text) ?? [];
  if (organization === undefined || id === undefined || token === undefined) return undefined;
  return {
    organizationId: prefixed('organization', organization),
    id: prefixed('session', id),
    token: secret(token),
  };
};

export const hashOf = (value: Secret): string =>
  createHash('sha256').update(value.reveal()).digest('base64url');

export const NewSession = z.strictObject({
  serviceId: ServiceReference,
  environment: EnvironmentName.optional(),
  name: Name.optional(),
  tags: Tags.optional(),
  metadata: FreeMetadata.optional(),
  endUserId: EndUserId.optional(),
  /** Which of the service's optional scopes to ask for; left out, the person chooses. */
  optionalScopes: z.array(z.string().max(500)).max(100).optional(),
  fields: named(100, z.string(), z.string().max(16_384)).optional(),
  authId: AuthId.optional(),
  returnUrl: Link.optional(),
  /** Whoever opens a session for a discouraged type may say so too (R33). */
  acknowledgeRisk: z.literal(true).optional(),
});
export type NewSession = z.infer<typeof NewSession>;

export const SessionLink = z.object({
  id: SessionId,
  url: z.string(),
  expiresAt: Time,
  warnings: z.array(Warning),
});

export const SessionView = z.object({
  id: SessionId,
  status: Session.shape.status,
  authId: AuthId.nullable(),
  error: Failure.nullable(),
  expiresAt: Time,
});

export const showSession = (session: Session): z.infer<typeof SessionView> => ({
  id: session.id,
  status: session.status,
  authId: session.status === 'complete' ? session.authId : null,
  error: session.error ?? null,
  expiresAt: iso(session.expiresAt),
});
