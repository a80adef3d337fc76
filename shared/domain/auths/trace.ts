import * as z from 'zod';
import { AuthId, OrganizationId, UmbrellaId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { umbrellasOver } from '../umbrellas/umbrellas-over.ts';
import { EndUserId, type Auth } from './auth.ts';

/** What subscriptions filter by and events do not bear, of an auth that is gone: its last events are told after it has. */
const Trace = z.object({
  organizationId: OrganizationId,
  authId: AuthId,
  endUserId: EndUserId.optional(),
  umbrellaId: UmbrellaId.optional(),
  leftAt: Instant,
  revision: z.int(),
});
type Trace = z.infer<typeof Trace>;

/** As long as a message of its events may wait among the dead letters. */
const kept = 14 * 86_400_000;

export const traceKey = (organizationId: string, authId: string): Key => ({
  partition: `ORG#${organizationId}#AUTH#${authId}`,
  sort: 'TRACE',
});

export const traces: Collection<Trace> = {
  name: 'auth_trace',
  schema: Trace,
  place: (item) => ({
    key: traceKey(item.organizationId, item.authId),
    expiresAt: item.leftAt + kept,
  }),
};

/** Writes down what is to be known of an auth when it is gone, if there is anything; before it goes. Again: nothing happens. */
export const leaveTrace = async (deps: Deps, auth: Auth): Promise<void> => {
  const { organizationId, id: authId, serviceId, environment, endUserId } = auth;
  const place = serviceId === undefined ? undefined : { organizationId, serviceId, environment };
  const [umbrellaId] = place ? await umbrellasOver(deps, place) : [];
  if (endUserId === undefined && umbrellaId === undefined) return;
  const leftAt = deps.clock.now();
  await deps.store.insert(traces, { organizationId, authId, endUserId, umbrellaId, leftAt, revision: 0 });
};
