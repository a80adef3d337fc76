import * as z from 'zod';
import { AuthId, ServiceId, WorkspaceId } from '../../ids.ts';
import { iso, isoOrNull, Time } from '../inputs.ts';
import { clocks } from '../lifetimes/clocks.ts';
import { confidences } from '../lifetimes/confidences.ts';
import { causes, states, type Auth } from './auth.ts';

/** What of its service an auth shows (R36). */
export const ServiceLabel = z.object({
  name: z.string(),
  icon: z.string().nullable(),
  kind: z.enum(['built_in', 'custom']),
});
export type ServiceLabel = z.infer<typeof ServiceLabel>;

export const AuthView = z.object({
  id: AuthId,
  workspaceId: WorkspaceId,
  serviceId: ServiceId.nullable(),
  /** Null for a generic auth, and while the service is being deleted. */
  service: ServiceLabel.nullable(),
  environment: z.string(),
  name: z.string(),
  tags: z.array(z.string()),
  metadata: z.record(z.string(), z.unknown()),
  endUserId: z.string().nullable(),
  account: z.string().nullable(),
  generic: z.looseObject({ baseUrl: z.string() }).nullable(),
  state: z.enum(states),
  cause: z.enum(causes).nullable(),
  atRisk: z.boolean(),
  predictedEnd: Time.nullable(),
  /** By which clock. */
  predictedEndReason: z.enum(clocks).nullable(),
  /** How sure the end is: `stated` where a person said so, `learned` where other auths of the service ended at that age. */
  predictionConfidence: z.enum(confidences).nullable(),
  accessExpiresAt: Time.nullable(),
  refreshExpiresAt: Time.nullable(),
  scopes: z.array(z.string()).nullable(),
  missingScopes: z.array(z.string()),
  tested: z.object({ at: Time, ok: z.boolean(), code: z.string() }).nullable(),
  failure: z
    .object({ code: z.string(), description: z.string().nullable(), at: Time, count: z.int() })
    .nullable(),
  setAsideAt: Time.nullable(),
  consentedAt: Time,
  lastUsedAt: Time.nullable(),
  version: z.int(),
  createdAt: Time,
});

/** What was asked for and not granted. A provider that tells nothing granted all (RFC 6749 §5.1). */
const missingScopes = ({ scopes }: Pick<Auth, 'scopes'>): string[] => {
  const { asked = [], granted } = scopes ?? {};
  return granted ? asked.filter((scope) => !granted.includes(scope)) : [];
};

const showFailure = ({ code, description, at, count }: NonNullable<Auth['failure']>) => ({
  code,
  description: description ?? null,
  at: iso(at),
  count,
});

/** An auth as callers see it: what it is and how it fares, never what it holds. */
export const showAuth = (auth: Auth, service: ServiceLabel | null): z.infer<typeof AuthView> => ({
  id: auth.id,
  workspaceId: auth.workspaceId,
  serviceId: auth.serviceId ?? null,
  service,
  environment: auth.environment,
  name: auth.name,
  tags: auth.tags,
  metadata: auth.metadata,
  endUserId: auth.endUserId ?? null,
  account: auth.account ?? null,
  generic: auth.generic ? { baseUrl: auth.generic.baseUrl, apply: auth.generic.apply } : null,
  state: auth.state,
  cause: auth.cause ?? null,
  atRisk: auth.atRisk !== undefined,
  predictedEnd: isoOrNull(auth.prediction?.end),
  predictedEndReason: auth.prediction?.reason ?? null,
  predictionConfidence: auth.prediction ? (auth.prediction.confidence ?? 'stated') : null,
  accessExpiresAt: isoOrNull(auth.credential.accessExpiresAt),
  refreshExpiresAt: isoOrNull(auth.credential.refreshExpiresAt),
  scopes: auth.scopes ? (auth.scopes.granted ?? auth.scopes.asked) : null,
  missingScopes: missingScopes(auth),
  tested: auth.tested ? { ...auth.tested, at: iso(auth.tested.at) } : null,
  failure: auth.failure ? showFailure(auth.failure) : null,
  setAsideAt: isoOrNull(auth.setAsideAt),
  consentedAt: iso(auth.consentedAt),
  lastUsedAt: isoOrNull(auth.usedAt),
  version: auth.version,
  createdAt: iso(auth.createdAt),
});
