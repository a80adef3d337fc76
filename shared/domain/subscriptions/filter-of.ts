import * as z from 'zod';
import type { LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { authKey, auths } from '../auths/auth.ts';
import { traceKey, traces } from '../auths/trace.ts';
import { umbrellasOver } from '../umbrellas/umbrellas-over.ts';
import type { Subscription } from './subscription.ts';

const Said = z.looseObject({
  authId: z.string().optional(),
  serviceId: z.string().nullish(),
  workspaceId: z.string().nullish(),
  umbrellaId: z.string().optional(),
  environment: z.string().optional(),
});

/** What an event is about beyond what it says: that would be personal, or of no use to most. */
interface About {
  readonly umbrellaIds: readonly string[];
  readonly endUserId?: string | undefined;
}

/** Whether one of a list is among what an event is about; nothing is asked for when there is no list. */
const among = (wanted: readonly string[] | undefined, about: readonly (string | null | undefined)[]) =>
  wanted === undefined || about.some((id) => typeof id === 'string' && wanted.includes(id));

const aboutAuth = async (deps: Deps, organizationId: string, authId: string): Promise<About> => {
  const auth = await deps.store.get(auths, authKey(organizationId, authId));
  if (!auth) {
    const trace = await deps.store.get(traces, traceKey(organizationId, authId));
    return { umbrellaIds: trace?.umbrellaId ? [trace.umbrellaId] : [], endUserId: trace?.endUserId };
  }
  const { serviceId, environment, endUserId } = auth;
  if (serviceId === undefined) return { umbrellaIds: [], endUserId };
  return { umbrellaIds: await umbrellasOver(deps, { organizationId, serviceId, environment }), endUserId };
};

const aboutEvent = async (deps: Deps, { organizationId, data }: LatchkeyEvent): Promise<About> => {
  const { authId, serviceId, umbrellaId, environment } = Said.parse(data);
  const own = umbrellaId === undefined ? [] : [umbrellaId];
  if (authId !== undefined) {
    const { umbrellaIds, endUserId } = await aboutAuth(deps, organizationId, authId);
    return { umbrellaIds: [...own, ...umbrellaIds], endUserId };
  }
  if (own.length > 0 || typeof serviceId !== 'string') return { umbrellaIds: own };
  return { umbrellaIds: await umbrellasOver(deps, { organizationId, serviceId, environment }) };
};

/**
 * Compares an event with the filters of subscriptions: of each list that is given, one must fit. The auth is read when the
 * first asks for its umbrella or its end user, and once for all; of one that is gone, its trace.
 */
export const filterOf = (
  deps: Deps,
  event: LatchkeyEvent,
): ((subscription: Pick<Subscription, 'filters'>) => Promise<boolean>) => {
  const { workspaceId, serviceId } = Said.parse(event.data);
  let about: Promise<About> | undefined;
  return async ({ filters = {} }) => {
    const { workspaceIds, serviceIds, umbrellaIds, endUserIds } = filters;
    if (!among(workspaceIds, [workspaceId]) || !among(serviceIds, [serviceId])) return false;
    if (!umbrellaIds && !endUserIds) return true;
    about ??= aboutEvent(deps, event);
    const known = await about;
    return among(umbrellaIds, known.umbrellaIds) && among(endUserIds, [known.endUserId]);
  };
};
