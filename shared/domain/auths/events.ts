import * as z from 'zod';
import { eventKind, eventOf, type EventKind, type LatchkeyEvent } from '../../events.ts';
import { AuthId, ServiceId, UmbrellaId, WorkspaceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { Described, Time } from '../inputs.ts';
import { Life } from '../learning/life.ts';
import { causes, type Auth } from './auth.ts';
import { dueEvents } from './due-events.ts';

/** `serviceId` is null for a generic auth. */
const AboutAuth = { authId: AuthId, serviceId: ServiceId.nullable(), workspaceId: WorkspaceId };
const ulid = '01hvx3s9k2m4n6p8q0r2s4t6v8';
const about = { authId: `auth_${ulid}`, serviceId: `svc_${ulid}`, workspaceId: `ws_${ulid}` };
const time = '2026-03-01T09:00:00.000Z';
const life = {
  environment: 'production',
  tie: 'L0kbRPoCZ2mWPJxA3hLk4mUu0tXn1xJ2vXqY5o7r8sE',
  epoch: 1,
  consentedAt: time,
  seconds: 604_800,
};

export const AuthConnected = eventKind('auth.connected', {
  summary: 'A person connected an account, or connected it again.',
  audience: 'news',
  version: 1,
  data: z.strictObject({ ...AboutAuth, epoch: z.int() }),
  example: { ...about, epoch: 1 },
});

export const AuthAtRisk = eventKind('auth.at_risk', {
  summary:
    'The provider has not verified the OAuth application, so the auth may end early. `advice` says what to do, `link` where.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    ...AboutAuth,
    umbrellaId: UmbrellaId,
    status: z.string(),
    endsAt: Time.nullable(),
    // Events of before these two bear neither.
    advice: z.string().default(''),
    link: z.string().nullable().default(null),
  }),
  example: {
    ...about,
    umbrellaId: `umb_${ulid}`,
    status: 'demo',
    endsAt: time,
    advice: 'Have the application verified, then ask the person to connect again.',
    link: 'https://console.example.com/verification',
  },
});

export const AuthRiskAcknowledged = eventKind('auth.risk_acknowledged', {
  summary: 'The auth was made with a discouraged type, whose risk the service says is known.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ ...AboutAuth, type: z.string() }),
  example: { ...about, type: 'oauth1' },
});

export const AuthTested = eventKind('auth.tested', {
  summary: 'The credential was tried by the test of its service.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ ...AboutAuth, ok: z.boolean(), code: z.string() }),
  example: { ...about, ok: true, code: 'http_200' },
});

export const AuthCredentialRead = eventKind('auth.credential_read', {
  summary: 'A caller was handed the access token of the auth, so that it can call the provider by itself.',
  audience: 'work',
  version: 1,
  data: z.strictObject({
    ...AboutAuth,
    actorType: z.string(),
    actorId: z.string(),
    accessExpiresAt: Time.nullable(),
  }),
  example: { ...about, actorType: 'key', actorId: `key_${ulid}`, accessExpiresAt: time },
});

export const AuthRevoked = eventKind('auth.revoked', {
  summary: 'After its deletion, the grant of the auth was taken back at the provider.',
  audience: 'work',
  version: 1,
  data: z.strictObject(AboutAuth),
  example: about,
});

export const AuthRevocationFailed = eventKind('auth.revocation_failed', {
  summary:
    'After its deletion, the provider did not take the grant of the auth back. Take it back there by hand.',
  audience: 'news',
  version: 1,
  data: z.strictObject({ ...AboutAuth, code: z.string() }),
  example: { ...about, code: 'http_503' },
});

export const AuthRefreshed = eventKind('auth.refreshed', {
  summary: 'The access token was renewed.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ ...AboutAuth, rotated: z.boolean(), accessExpiresAt: Time.nullable() }),
  example: { ...about, rotated: true, accessExpiresAt: time },
});

export const AuthRefreshFailed = eventKind('auth.refresh_failed', {
  summary:
    'Renewing failed for the first time in a row, or the daily test of a credential that nothing renews was refused (`test_http_401`). What is in hand is used meanwhile.',
  audience: 'news',
  version: 1,
  data: z.strictObject({ ...AboutAuth, code: z.string(), description: Described }),
  example: { ...about, code: 'http_503', description: 'The service is down for maintenance.' },
});

export const AuthRecovered = eventKind('auth.recovered', {
  summary: 'Renewing works again, or the service takes the credential again.',
  audience: 'news',
  version: 1,
  data: z.strictObject(AboutAuth),
  example: about,
});

export const AuthSetAside = eventKind('auth.set_aside', {
  summary:
    'Renewing failed five times by an error of Latchkey itself, not of the provider: it is not tried on schedule any more. `advice` says what to do.',
  audience: 'news',
  version: 1,
  // Of an auth that cannot be read, nobody may know the workspace.
  data: z.strictObject({
    ...AboutAuth,
    workspaceId: WorkspaceId.nullable(),
    code: z.string(),
    tries: z.int(),
    advice: z.string(),
  }),
  example: {
    ...about,
    code: 'TypeError',
    tries: 5,
    advice: 'Look in the log of refresh-auths for this auth, repair the cause, then refresh the auth.',
  },
});

export const AuthNeedsReconnect = eventKind('auth.needs_reconnect', {
  summary: 'The auth is over: the person has to connect again. `advice` says what to do, `link` where.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    ...AboutAuth,
    cause: z.enum(causes),
    code: z.string(),
    description: Described,
    advice: z.string(),
    link: z.string().nullable(),
    /** Of a consent that the provider has refused, where no clock that was known has ended it. */
    life: Life.optional(),
  }),
  example: {
    ...about,
    cause: 'revoked',
    code: 'invalid_grant',
    description: 'Token has been expired or revoked.',
    advice: 'Ask the person to connect again.',
    link: null,
    life,
  },
});

export const AuthOutlived = eventKind('auth.outlived', {
  summary:
    'The auth was renewed at an age beyond that at which auths of its service were seen to end. Told once for each consent and each such age.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ ...AboutAuth, life: Life }),
  example: { ...about, life: { ...life, seconds: 691_200 } },
});

const Ending = z.strictObject({
  ...AboutAuth,
  endsAt: Time,
  reason: z.string(),
  advice: z.string(),
  link: z.string().nullable(),
});
const ending = {
  ...about,
  endsAt: time,
  reason: 'demo',
  advice: 'Have the application verified, then ask the person to connect again.',
  link: 'https://console.example.com/verification',
};

export const AuthExpiring = eventKind('auth.expiring', {
  summary: 'The auth is predicted to end: told at each lead time before.',
  audience: 'news',
  version: 1,
  data: Ending.extend({ leadSeconds: z.int() }),
  example: { ...ending, leadSeconds: 259_200 },
});

export const AuthExpired = eventKind('auth.expired', {
  summary: 'The predicted end of the auth has come.',
  audience: 'news',
  version: 1,
  data: Ending,
  example: ending,
});

export const AuthDeleted = eventKind('auth.deleted', {
  summary: 'The auth was deleted and its credential destroyed.',
  audience: 'news',
  version: 1,
  data: z.strictObject(AboutAuth),
  example: about,
});

export const authEvents = [
  AuthConnected,
  AuthAtRisk,
  AuthRiskAcknowledged,
  AuthTested,
  AuthCredentialRead,
  AuthRevoked,
  AuthRevocationFailed,
  AuthRefreshed,
  AuthRefreshFailed,
  AuthRecovered,
  AuthSetAside,
  AuthNeedsReconnect,
  AuthOutlived,
  AuthExpiring,
  AuthExpired,
  AuthDeleted,
  ...dueEvents,
];

/** An event of an auth: its ids, and what is particular to the kind. */
export const tell = <T extends z.ZodType<Record<string, unknown>>>(
  deps: Pick<Deps, 'clock' | 'random'>,
  kind: EventKind<T>,
  auth: Pick<Auth, 'id' | 'organizationId' | 'serviceId' | 'workspaceId'>,
  particular: Omit<z.input<T>, keyof typeof AboutAuth>,
): LatchkeyEvent => {
  const { id: authId, serviceId = null, workspaceId } = auth;
  const data = { authId, serviceId, workspaceId, ...particular };
  return eventOf(deps, kind, { organizationId: auth.organizationId, data });
};
