import { beforeEach, describe, expect, it } from '@jest/globals';
import { DigestDue } from '#shared/domain/subscriptions/events.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { removeSubscription } from '#shared/domain/subscriptions/remove.ts';
import { updateSubscription } from '#shared/domain/subscriptions/update.ts';
import { hour, day, minute } from '../../../../support/deps.ts';
import { death, digestsTold, live, setStage, subscribe, told, w } from './stage.ts';

beforeEach(setStage);

describe('taking the digest away', () => {
  const edit = (subscriptionId: string, digest: 'hourly' | 'daily' | null) =>
    updateSubscription(w.deps, {
      organizationId: w.organizationId,
      subscriptionId,
      input: { digest },
      ifMatch: undefined,
    });

  it('still sends what was gathered, and tells each later event at once', async () => {
    const subscriptionId = await subscribe();
    await planDeliveries(w.deps, death());
    await w.clock.advance(minute);
    await edit(subscriptionId, null);
    const next = death();
    await planDeliveries(w.deps, next);
    expect((await told(subscriptionId)).map(({ id }) => id)).toEqual([next.id]);
    await live(hour + minute);
    expect((await told(subscriptionId)).map(({ type }) => type).toSorted()).toEqual([
      'auth.needs_reconnect',
      'subscription.digest',
    ]);
  });

  it('tells no event twice that comes once more after it, nor does asking for another', async () => {
    const subscriptionId = await subscribe();
    const event = death();
    await planDeliveries(w.deps, event);
    await w.clock.advance(minute);
    await edit(subscriptionId, null);
    await planDeliveries(w.deps, event);
    expect(await told(subscriptionId)).toEqual([]);
    await live(hour + minute);
    expect(await digestsTold(subscriptionId)).toMatchObject([{ count: 1 }]);
    const alone = death();
    await planDeliveries(w.deps, alone);
    await w.clock.advance(minute);
    await edit(subscriptionId, 'daily');
    await planDeliveries(w.deps, alone);
    await live(day);
    expect((await told(subscriptionId)).map(({ type }) => type).toSorted()).toEqual([
      'auth.needs_reconnect',
      'subscription.digest',
    ]);
  });

  it('together with the subscription sends nothing more', async () => {
    const subscriptionId = await subscribe();
    await planDeliveries(w.deps, death());
    await removeSubscription(w.deps, {
      organizationId: w.organizationId,
      subscriptionId,
      ifMatch: undefined,
    });
    await live(hour + 2 * minute);
    expect(await told(subscriptionId)).toEqual([]);
    expect(w.bus.events.filter(({ type }) => type === DigestDue.type)).toHaveLength(1);
  });
});
