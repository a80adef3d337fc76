import * as z from 'zod';
import { OrganizationId, ServiceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { newVersion } from '../vault-version.ts';

/** Leave for some renewals of a service to be under way at once. */
const Pass = z.object({
  id: z.string(),
  /** When it ends although nobody gave it back: its worker is gone. */
  until: Instant,
  /** How many renewals side by side. */
  calls: z.int().min(1),
});
export type Pass = z.infer<typeof Pass>;

/** The passes of a service that are out (ADR 0014). */
const Passes = z.object({
  organizationId: OrganizationId,
  serviceId: ServiceId,
  out: z.array(Pass),
  /** When the last of all that were ever out ends. */
  until: Instant,
  revision: z.int(),
});

const day = 86_400_000;

const passesKey = (organizationId: string, serviceId: string): Key => ({
  partition: `ORG#${organizationId}#SVC#${serviceId}`,
  sort: 'PASSES',
});

/**
 * Not removed when no pass is out: a new item would begin its revisions anew, and a worker that has read the one before
 * could take it for the same.
 */
const passes: Collection<z.infer<typeof Passes>> = {
  name: 'passes',
  schema: Passes,
  place: ({ organizationId, serviceId, until }) => ({
    key: passesKey(organizationId, serviceId),
    expiresAt: until + day,
  }),
};

/** How long a pass lasts. Its worker begins nothing that may take longer, and the function that runs it is not cut off before. */
export const passMilliseconds = 285_000;
const tries = 20;

interface OfService {
  readonly organizationId: string;
  readonly serviceId: string;
}

interface Wanted {
  /** How many calls of the service may be out in all. */
  readonly cap: number;
  /** How many calls the worker has work for. */
  readonly calls: number;
}

const outAt = (out: readonly Pass[], now: number) => out.filter(({ until }) => until > now);

/**
 * Takes a pass for as many calls as are wanted and free, in one conditional write. Undefined when none is free, or when others
 * were faster too often.
 */
export const takePass = async (
  deps: Deps,
  { organizationId, serviceId }: OfService,
  { cap, calls }: Wanted,
): Promise<Pass | undefined> => {
  for (let round = 0; round < tries; round += 1) {
    const item = await deps.store.get(passes, passesKey(organizationId, serviceId));
    const now = deps.clock.now();
    const out = outAt(item?.out ?? [], now);
    const free = cap - out.reduce((sum, other) => sum + other.calls, 0);
    if (free < 1) return undefined;
    const pass = {
      id: newVersion(deps.random),
      until: now + passMilliseconds,
      calls: Math.min(calls, free),
    };
    const until = Math.max(pass.until, item?.until ?? 0);
    const next = { organizationId, serviceId, out: [...out, pass], until, revision: item?.revision ?? 0 };
    if (await (item ? deps.store.replace(passes, next) : deps.store.insert(passes, next))) return pass;
  }
  return undefined;
};

/** Gives a pass back, so that others need not wait for its end. Rejects when the store fails. */
export const givePassBack = async (
  deps: Deps,
  { organizationId, serviceId }: OfService,
  { id }: Pass,
): Promise<void> => {
  for (let round = 0; round < tries; round += 1) {
    const item = await deps.store.get(passes, passesKey(organizationId, serviceId));
    if (!item?.out.some((pass) => pass.id === id)) return;
    const out = outAt(item.out, deps.clock.now()).filter((pass) => pass.id !== id);
    if (await deps.store.replace(passes, { ...item, out })) return;
  }
};
