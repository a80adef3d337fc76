import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { Described, Time } from '../inputs.ts';
import { AuthCount } from './count-auths.ts';
import { ServiceId, WorkspaceId } from '../../ids.ts';

const example = { serviceId: 'svc_01hvx3s9k2m4n6p8q0r2s4t6v8', workspaceId: 'ws_01hvx3s9k2m4n6p8q0r2s4t6v8' };

/** The provider refuses the OAuth application itself: no auth is at fault, and all will stop renewing. */
export const ClientRejected = eventKind('service.client_rejected', {
  summary:
    'The provider refused the client id or secret of a service. Its auths go on until their tokens end.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    serviceId: ServiceId,
    workspaceId: WorkspaceId,
    code: z.string(),
    description: Described,
  }),
  example: { ...example, code: 'invalid_client', description: 'Client authentication failed.' },
});

/** No auth is at fault: the provider's token endpoint does not answer, or not well. */
export const RenewalsPaused = eventKind('service.renewals_paused', {
  summary:
    'The token endpoint of a service has failed several times in a row. Its auths go on until their tokens end; it is tried again every few minutes.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    serviceId: ServiceId,
    workspaceId: WorkspaceId,
    code: z.string(),
  }),
  example: { ...example, code: 'http_503' },
});

export const RenewalsResumed = eventKind('service.renewals_resumed', {
  summary: 'The token endpoint of a service answers again. All that waited is renewed within minutes.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    serviceId: ServiceId,
    workspaceId: WorkspaceId,
    pausedSeconds: z.int(),
  }),
  example: { ...example, pausedSeconds: 21_600 },
});

const AboutLifetime = {
  serviceId: ServiceId,
  workspaceId: WorkspaceId,
  environment: z.string(),
  seconds: z.int(),
};
const week = { ...example, environment: 'production', seconds: 604_800 };

/** Nobody has said how long the auths of a service live; their ends have. */
export const LifetimeSuspected = eventKind('service.lifetime_suspected', {
  summary:
    'Of the last 20 auths of a service whose grant the provider refused, at least five ended within 10 % of one age, `seconds` after consent. New auths are predicted to end there.',
  audience: 'news',
  version: 1,
  data: z.strictObject({ ...AboutLifetime, ends: z.int(), advice: z.string() }),
  example: {
    ...week,
    ends: 5,
    advice: 'Look whether the provider has approved the OAuth application for tests only.',
  },
});

export const LifetimeWithdrawn = eventKind('service.lifetime_withdrawn', {
  summary:
    'An age at which auths of a service were suspected to end is no longer believed: three have `outlived` it, another has `replaced` it, or an edit made another application of it (`service_changed`).',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    ...AboutLifetime,
    reason: z.enum(['outlived', 'replaced', 'service_changed']),
  }),
  example: { ...week, reason: 'outlived' },
});

export const ServiceUpdated = eventKind('service.updated', {
  summary: 'The definition of a service was replaced by a new version.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ serviceId: ServiceId, workspaceId: WorkspaceId, version: z.int() }),
  example: { ...example, version: 2 },
});

export const ServiceRemovalBegun = eventKind('service.removal_begun', {
  summary: 'A service is to be deleted with all its auths.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ serviceId: ServiceId, workspaceId: WorkspaceId }),
  example,
});

export const ServiceMoved = eventKind('service.moved', {
  summary:
    'A legacy service was moved to the organization workspace, `workspaceId`, and is a legacy one no more. Its id, its secrets and its auths have stayed.',
  audience: 'news',
  version: 1,
  data: z.strictObject({ serviceId: ServiceId, workspaceId: WorkspaceId, from: WorkspaceId }),
  example: { ...example, from: 'ws_01hvx3s9k2m4n6p8q0r2s4t6v9' },
});

const authsUrl =
  'https://latchkey.example/v1/workspaces/ws_01hvx3s9k2m4n6p8q0r2s4t6v8/auths?serviceId=svc_01hvx3s9k2m4n6p8q0r2s4t6v8';

export const ClientSecretExpiring = eventKind('service.client_secret_expiring', {
  summary:
    'The client secret of a service is about to end at the provider, or has ended (`leadSeconds` 0): told 14, 7, 3 and 1 days before, and then. `auths` counts those that stop renewing with it.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    serviceId: ServiceId,
    workspaceId: WorkspaceId,
    environment: z.string(),
    expiresAt: Time,
    leadSeconds: z.int(),
    nextSet: z.boolean(),
    auths: AuthCount,
    authsUrl: z.string(),
    advice: z.string(),
    link: z.string().nullable(),
  }),
  example: {
    ...example,
    environment: 'production',
    expiresAt: '2026-03-15T00:00:00.000Z',
    leadSeconds: 1_209_600,
    nextSet: false,
    auths: { count: 87, atLeast: false },
    authsUrl,
    advice: 'Make a second client secret at the provider and set it as auth.nextClientSecret.',
    link: 'https://console.example.com/credentials',
  },
});

export const ClientSecretRolledOver = eventKind('service.client_secret_rolled_over', {
  summary:
    'The provider refused the client secret of a service and took the next one, which is the present one from now on.',
  audience: 'news',
  version: 1,
  data: z.strictObject({ serviceId: ServiceId, workspaceId: WorkspaceId, environment: z.string() }),
  example: { ...example, environment: 'production' },
});

export const LegacySunset = eventKind('service.legacy_sunset', {
  summary:
    'A legacy service is about to take no new auths any more, or takes none from now on (`leadSeconds` 0): told 90, 30 and 7 days before, and then. Those that exist go on.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    serviceId: ServiceId,
    workspaceId: WorkspaceId,
    sunsetAt: Time,
    leadSeconds: z.int(),
    message: z.string().nullable(),
    auths: AuthCount,
    authsUrl: z.string(),
  }),
  example: {
    ...example,
    sunsetAt: '2026-06-01T00:00:00.000Z',
    leadSeconds: 7_776_000,
    message: 'Use the service Acme CRM of the organization workspace.',
    auths: { count: 12, atLeast: false },
    authsUrl,
  },
});

export const ServiceDatesDue = eventKind('service.dates_due', {
  summary: 'It is time to tell of a date of these services.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ serviceIds: z.array(ServiceId).min(1).max(100) }),
  example: { serviceIds: [example.serviceId] },
});

export const serviceEvents = [
  ClientRejected,
  ClientSecretExpiring,
  ClientSecretRolledOver,
  LegacySunset,
  ServiceDatesDue,
  RenewalsPaused,
  RenewalsResumed,
  LifetimeSuspected,
  LifetimeWithdrawn,
  ServiceUpdated,
  ServiceRemovalBegun,
  ServiceMoved,
];
