import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { Described } from '../inputs.ts';
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

export const serviceEvents = [
  ClientRejected,
  RenewalsPaused,
  RenewalsResumed,
  LifetimeSuspected,
  LifetimeWithdrawn,
  ServiceUpdated,
  ServiceRemovalBegun,
];
