import * as z from 'zod';
import {
  bare,
  bareIdPattern,
  EndUserSessionId,
  OrganizationId,
  prefixed,
  tokenPattern,
  WorkspaceId,
} from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { secret, type Secret } from '../../secret.ts';
import { EndUserId } from '../auths/auth.ts';
import { Instant, iso, Time } from '../inputs.ts';

/** How long a session lives, in seconds: an hour when it is not said, a day at the most. */
const usual = 3_600;
const shortest = 60;
const longest = 86_400;

const EndUserSession = z.object({
  id: EndUserSessionId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  endUserId: EndUserId,
  /** SHA-256 of the token's secret part, which is 256 bits of chance: no salt is needed. */
  hash: z.string(),
  expiresAt: Instant,
  createdAt: Instant,
  revision: z.int(),
});
export type EndUserSession = z.infer<typeof EndUserSession>;

export const endUserSessionKey = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}#EUS#${id}`,
  sort: 'END_USER_SESSION',
});

/** The sessions of a workspace, the oldest first. */
export const endUserSessionsOf = (organizationId: string, workspaceId: string) => ({
  index: 'listed' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#end-user-sessions`,
});

/** Those of one end user there. */
export const endUserSessionsFor = ({
  organizationId,
  workspaceId,
  endUserId,
}: Pick<EndUserSession, 'organizationId' | 'workspaceId' | 'endUserId'>) => ({
  index: 'grouped' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#EU#${endUserId}#sessions`,
});

/** The right of one end user to manage and use the own auths in a workspace, for some hours. */
export const endUserSessions: Collection<EndUserSession> = {
  name: 'end_user_session',
  schema: EndUserSession,
  place: (item) => ({
    key: endUserSessionKey(item.organizationId, item.id),
    listed: { partition: endUserSessionsOf(item.organizationId, item.workspaceId).partition, sort: item.id },
    grouped: { partition: endUserSessionsFor(item).partition, sort: item.id },
    expiresAt: item.expiresAt,
  }),
};

const pattern = new RegExp(`^lu_(${bareIdPattern})_(${bareIdPattern})_(${tokenPattern})$`);

/** The text of a session as its end user's browser keeps it: `lu_`, the organization, the session's id, the secret. */
export const endUserToken = (
  { organizationId, id }: Pick<EndUserSession, 'organizationId' | 'id'>,
  token: string,
): Secret => secret(`lu_${bare(organizationId)}_${bare(id)}_${token}`);

/** Reads the text of a session; undefined when it is not one. */
export const readEndUserToken = (text: string) => {
  const [, organization, id, token] = pattern.exec(text) ?? [];
  if (organization === undefined || id === undefined || token === undefined) return undefined;
  return {
    organizationId: prefixed('organization', organization),
    id: prefixed('end-user session', id),
    token: secret(token),
  };
};

export const NewEndUserSession = z.strictObject({
  endUserId: EndUserId,
  expiresInSeconds: z.int().min(shortest).max(longest).default(usual),
});
export type NewEndUserSession = z.infer<typeof NewEndUserSession>;

export const EndUserSessionView = z.object({
  id: EndUserSessionId,
  workspaceId: WorkspaceId,
  endUserId: z.string(),
  expiresAt: Time,
  createdAt: Time,
});

export const showEndUserSession = (item: EndUserSession): z.infer<typeof EndUserSessionView> => ({
  id: item.id,
  workspaceId: item.workspaceId,
  endUserId: item.endUserId,
  expiresAt: iso(item.expiresAt),
  createdAt: iso(item.createdAt),
});
