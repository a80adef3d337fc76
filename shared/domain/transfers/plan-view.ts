import * as z from 'zod';
import { ConnectorId, ServiceId } from '../../ids.ts';
import { Ref } from './bundle.ts';

/** By what a service of a bundle was found in the target. */
const FoundBy = z.enum(['id', 'catalogue', 'likeness', 'mapping']);
export type FoundBy = z.infer<typeof FoundBy>;

/** A service of the bundle and the one that stands for it here; null while none does. */
export const PlannedService = z.object({
  ref: Ref,
  name: z.string(),
  serviceId: ServiceId.nullable(),
  by: FoundBy.nullable(),
});

/** A connector of the bundle and the one that stands for it here; null where none is shared with the target. */
export const PlannedConnector = z.object({ ref: Ref, name: z.string(), connectorId: ConnectorId.nullable() });

/** A service that must be shared with the target and is not, and each way to have it shared (R18–R20). */
const MissingService = z.object({
  ref: Ref,
  name: z.string(),
  type: z.string(),
  /** How many connectors and steps of the bundle use it. */
  usedBy: z.object({ connectors: z.int(), connectorSteps: z.int(), otherSteps: z.int() }),
  remedies: z.array(
    z.object({ kind: z.enum(['organization_workspace', 'share_connector']), message: z.string() }),
  ),
});
export type MissingService = z.infer<typeof MissingService>;

/** A service that is available in the target, as far as one needs it to choose (R12). */
const Candidate = z.object({
  id: ServiceId,
  name: z.string(),
  type: z.string(),
  /** Whether it authenticates in the same way. */
  sameType: z.boolean(),
});
export type Candidate = z.infer<typeof Candidate>;

/** A service that only HTTP-client or GraphQL steps use, for which the caller chooses one that is available (R22, R23). */
const UnmappedService = z.object({
  ref: Ref,
  name: z.string(),
  type: z.string(),
  available: z.array(Candidate),
  /** Whether more are available than are listed. */
  more: z.boolean(),
});
export type UnmappedService = z.infer<typeof UnmappedService>;

const Warning = z.object({
  code: z.enum(['other_auth_type', 'connector_not_shared']),
  ref: Ref,
  message: z.string(),
});
export type Warning = z.infer<typeof Warning>;

/** What an import would come to. */
export const PlanView = z.object({
  status: z.enum(['ready', 'needs_mapping', 'services_missing']),
  services: z.array(PlannedService),
  connectors: z.array(PlannedConnector),
  missing: z.array(MissingService),
  needsMapping: z.array(UnmappedService),
  warnings: z.array(Warning),
});
export type PlanView = z.infer<typeof PlanView>;
