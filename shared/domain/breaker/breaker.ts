import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { OrganizationId, ServiceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { callTimeout } from '../converse.ts';
import { Instant } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';

/**
 * What is known of a token endpoint that does not answer well, or refuses the application: of one service at one host. It opens
 * after some failures in a row, whichever auths they befell; from then on one call at a time tries whether the provider is back.
 */
const Breaker = z.object({
  organizationId: OrganizationId,
  serviceId: ServiceId,
  /** Host and port of the token endpoint. */
  host: z.string(),
  /** Failures since it last answered. */
  failures: z.int(),
  changedAt: Instant,
  /** Present while no call is made but the one that tries. */
  opened: z
    .object({
      at: Instant,
      /** Of the failure that opened it. */
      code: z.string(),
      /** Nobody is told of it: what is wrong is told otherwise. */
      silent: z.boolean().default(false),
      probes: z.int(),
      /** When the next call may try. */
      probeAt: Instant,
      /** Present while the last try is under way: until when its outcome is known at the latest. */
      tryingUntil: Instant.optional(),
    })
    .optional(),
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Breaker = z.infer<typeof Breaker>;

const day = 24 * 60 * 60 * 1000;

export const breakerKey = ({
  organizationId,
  serviceId,
  host,
}: Pick<Breaker, 'organizationId' | 'serviceId' | 'host'>): Key => ({
  partition: `ORG#${organizationId}#SVC#${serviceId}`,
  sort: `BREAKER#${host}`,
});

export const breakers: Collection<Breaker> = {
  name: 'breaker',
  schema: Breaker,
  place: (breaker) => ({
    key: breakerKey(breaker),
    due: outboxDue(breaker),
    // A closed one says nothing any more; an open one is written at each try.
    expiresAt: breaker.changedAt + day,
  }),
};

/** So many failures in a row are no accident of one auth. */
const opensAt = 5;

const minute = 60_000;

/**
 * How long after the last try the next may be made: a minute, then two, then every four, so that all auths of a provider that is
 * back are renewed within ten minutes. Milliseconds.
 */
export const pause = (probes: number): number => minute * 2 ** Math.min(probes, 2);

/** Whether the outcome of the try that an open breaker has let through is about to be known. */
export const isTrying = ({ opened }: Breaker, now: number): boolean => (opened?.tryingUntil ?? 0) > now;

/** The breaker after one more failure; when it is open already, this is known, and at most a try has ended. */
export const afterFailure = (
  breaker: Breaker,
  failure: { readonly code: string; readonly silent: boolean },
  now: number,
): Breaker => {
  if (breaker.opened?.tryingUntil !== undefined)
    return { ...breaker, changedAt: now, opened: { ...breaker.opened, tryingUntil: undefined } };
  if (breaker.opened) return breaker;
  const failures = breaker.failures + 1;
  const opened = failures < opensAt ? undefined : { ...failure, at: now, probes: 0, probeAt: now + pause(0) };
  return { ...breaker, failures, opened, changedAt: now };
};

/** The breaker after its next try was taken by somebody; undefined when that is not yet due. */
export const afterProbeTaken = (breaker: Breaker, now: number): Breaker | undefined => {
  const { opened } = breaker;
  if (!opened || opened.probeAt > now) return undefined;
  const probes = opened.probes + 1;
  const trying = { probes, probeAt: now + pause(probes), tryingUntil: now + callTimeout };
  return { ...breaker, changedAt: now, opened: { ...opened, ...trying } };
};

/** The breaker after the provider has answered, whatever it said of the grant. */
export const afterAnswer = (breaker: Breaker, now: number): Breaker => ({
  ...breaker,
  failures: 0,
  opened: undefined,
  changedAt: now,
});
