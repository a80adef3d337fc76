import { serve } from '#shared/entry/serve.ts';
import { createSubscription } from './create.ts';
import { enableSubscription } from './enable.ts';
import { getSubscription } from './get.ts';
import { listDeliveries } from './list-deliveries.ts';
import { listSubscriptions } from './list.ts';
import { redeliverDelivery } from './redeliver.ts';
import { redeliverDeliveries } from './redeliver-since.ts';
import { deleteSubscription } from './remove.ts';
import { renewSigningSecret } from './renew-secret.ts';
import { testSubscription } from './test.ts';

export const handler = serve(
  createSubscription,
  listSubscriptions,
  getSubscription,
  deleteSubscription,
  listDeliveries,
  testSubscription,
  enableSubscription,
  renewSigningSecret,
  redeliverDelivery,
  redeliverDeliveries,
);
