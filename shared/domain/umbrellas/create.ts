import type * as z from 'zod';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { umbrellas, type NewUmbrella, type Umbrella } from './umbrella.ts';

interface CreateUmbrellaInput {
  readonly by: Actor;
  readonly input: z.infer<typeof NewUmbrella>;
}

/** Registers an umbrella application (R40); without a record of verification its status is unknown. */
export const createUmbrella = async (deps: Deps, { by, input }: CreateUmbrellaInput): Promise<Umbrella> => {
  const now = deps.clock.now();
  const { verification = { status: 'unknown' as const }, capFrees = false, ...details } = input;
  const item: Umbrella = {
    ...details,
    capFrees,
    id: newId('umbrella', deps),
    organizationId: by.organizationId,
    verification: { ...verification, by: by.id, at: now },
    records: 1,
    version: 1,
    createdAt: now,
    outbox: [],
    revision: 0,
  };
  return (await deps.store.insert(umbrellas, item)) ?? item;
};
