import type * as z from 'zod';
import type { Deps } from '../../ports.ts';
import type { PageQuery } from '../inputs.ts';
import { cursorOf, placeOf } from '../paging.ts';
import type { SubscriptionRef } from './amend.ts';
import {
  deliveries,
  deliveriesTo,
  showDelivery,
  type Delivery,
  type DeliveryState,
  type DeliveryView,
} from './delivery.ts';
import { getSubscription } from './get.ts';

/** So many pages are looked through for one that is asked for by status; the cursor goes on from there. */
const mostPages = 10;

interface ListDeliveriesInput extends SubscriptionRef {
  readonly query: PageQuery & { readonly status?: z.infer<typeof DeliveryState> | undefined };
}

/**
 * A page of what a subscription was told, the oldest event first. Of one status, a page may hold less than was asked for, or
 * nothing, though more follows.
 */
export const listDeliveries = async (
  deps: Deps,
  { query, ...ref }: ListDeliveriesInput,
): Promise<{ items: z.infer<typeof DeliveryView>[]; nextCursor: string | null }> => {
  const { organizationId, id } = await getSubscription(deps, ref);
  const items: Delivery[] = [];
  let after = placeOf(deliveries.name, query);
  for (let page = 0; page < mostPages && items.length < query.limit; page += 1) {
    const limit = query.limit - items.length;
    const found = await deps.store.list(deliveries, { ...deliveriesTo(organizationId, id), limit, after });
    items.push(...found.items.filter(({ status }) => [undefined, status].includes(query.status)));
    after = found.next;
    if (after === undefined) break;
  }
  return { items: items.map(showDelivery), nextCursor: cursorOf(deliveries.name, after) };
};
