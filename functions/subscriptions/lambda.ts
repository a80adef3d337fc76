import { serve } from '#shared/entry/serve.ts';
import { createSubscription } from './create.ts';
import { enableSubscription } from './enable.ts';
import { getSubscription } from './get.ts';
import { listDeliveries } from './list-deliveries.ts';
import { listDigestEvents } from './list-digest-events.ts';
import { listSubscriptions } from './list.ts';
import { redeliverDelivery } from './redeliver.ts';
import { redeliverDeliveries } from './redeliver-since.ts';
import { deleteSubscription } from './remove.ts';
import { updateSubscription } from './update.ts';
import { renewSigningSecret } from './renew-secret.ts';
import { testSubscription } from './test.ts';

export const handler = serve(
  createSubscription,
  listSubscriptions,
  getSubscription,
  updateSubscription,
  deleteSubscription,
  listDeliveries,
  listDigestEvents,
  testSubscription,
  enableSubscription,
  renewSigningSecret,
  redeliverDelivery,
  redeliverDeliveries,
);
