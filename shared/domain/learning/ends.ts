import * as z from 'zod';
import { AuthId, OrganizationId, ServiceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { EnvironmentName } from '../services/definition.ts';

/** A grant that the provider has refused. Each consent of an auth ends once. */
const End = z.object({
  authId: AuthId,
  epoch: z.int(),
  consentedAt: Instant,
  /** From consent to refusal. */
  seconds: z.int(),
  /** It spoke for an age that others have outlived since, and says nothing any more. */
  refuted: z.boolean().default(false),
});
export type End = z.infer<typeof End>;

/** The age at which auths are believed to end, and what speaks against it. */
const Suspected = z.object({
  seconds: z.int(),
  since: Instant,
  /** How many had ended near that age when it was first believed. */
  ends: z.int(),
  /** The first consent of those that ended: only who has consented since then can outlive them. */
  consentedFrom: Instant,
  /** The auths that have outlived it. */
  outlivedBy: z.array(AuthId),
});

/**
 * How the last auths of a service ended in one environment, as far as they were made with the same application at the same
 * endpoints, and what is believed of it. The service bears the same for all to read.
 */
const Ends = z.object({
  organizationId: OrganizationId,
  serviceId: ServiceId,
  environment: EnvironmentName,
  /** What all of them were tied to. */
  tie: z.string(),
  /** The latest, the last one first. */
  ends: z.array(End),
  suspected: Suspected.optional(),
  /** Why the age before is not believed any more. */
  withdrawn: z.enum(['outlived', 'replaced']).optional(),
  changedAt: Instant,
  revision: z.int(),
});
export type Ends = z.infer<typeof Ends>;

/** Longer than the longest common life, a year. Milliseconds. */
const remembered = 400 * 24 * 60 * 60 * 1000;

/** Which ends belong together. */
export type EndsPlace = Pick<Ends, 'organizationId' | 'serviceId' | 'environment' | 'tie'>;

export const endsKey = ({ organizationId, serviceId, environment, tie }: EndsPlace): Key => ({
  partition: `ORG#${organizationId}#SVC#${serviceId}`,
  sort: `ENDS#${environment}#${tie}`,
});

export const allEnds: Collection<Ends> = {
  name: 'ends',
  schema: Ends,
  place: (item) => ({ key: endsKey(item), expiresAt: item.changedAt + remembered }),
};
