import { day, hour } from '../../support/deps.ts';
import type { Planted } from './planted-world.ts';

interface Subscriptions {
  readonly subscription: string;
  readonly gathering: string;
  readonly today: string;
}

/** Lets a week pass, and does all with subscriptions and deliveries. */
export const walkDeliveries = async (
  { send, live, drawn }: Planted,
  { subscription, gathering, today }: Subscriptions,
): Promise<void> => {
  await live(8 * day, 20);
  await send('GET', subscription);
  await send('GET', '/v1/subscriptions');
  await send('POST', `${subscription}/test`);
  const deliveries = await send('GET', `${subscription}/deliveries`, undefined, {
    query: 'status=delivered&limit=1',
  });
  const [delivery] = deliveries.json['items'] as { id: string }[];
  await send('POST', `${subscription}/deliveries/${delivery?.id ?? ''}/redeliver`);
  await send('POST', `${subscription}/redeliver`, { since: '2026-03-01T09:00:00.000Z', status: 'all' });
  const renewed = await send('POST', `${subscription}/secret`, { overlapSeconds: 3600 });
  drawn.set('second webhook secret', String(renewed.json['secret']).replace('whsec_', ''));
  await live(3 * hour);
  await send('POST', `${subscription}/enable`);
  await send('GET', `/v1/subscriptions/${gathering}/digests/${today}/events`);
  await send('PATCH', `/v1/subscriptions/${gathering}`, { digest: null });
};
