import { serve } from '#shared/entry/serve.ts';
import { createSubscription } from './create.ts';
import { getSubscription } from './get.ts';
import { listDeliveries } from './list-deliveries.ts';
import { listDigestEvents } from './list-digest-events.ts';
import { listSubscriptions } from './list.ts';
import { deleteSubscription } from './remove.ts';
import { updateSubscription } from './update.ts';

export const handler = serve(
  createSubscription,
  listSubscriptions,
  getSubscription,
  updateSubscription,
  deleteSubscription,
  listDeliveries,
  listDigestEvents,
);
