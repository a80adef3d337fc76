import { beforeEach, describe, expect, it } from '@jest/globals';
import { AuthConnected } from '#shared/domain/auths/events.ts';
import { deliveries } from '#shared/domain/subscriptions/delivery.ts';
import { enableSubscription } from '#shared/domain/subscriptions/enable.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { newEvent } from '#shared/events.ts';
import { listDeliveries } from '#shared/domain/subscriptions/list-deliveries.ts';
import { redeliver, redeliverBacklog, redeliverSince } from '#shared/domain/subscriptions/redeliver.ts';
import { day, hour, minute, world, type World } from '../../../support/deps.ts';
import {
  deliveriesNow,
  deliveryHall,
  happened,
  subscribed,
  subscriptionNow,
  webhookAt,
} from '../../../support/deliveries.ts';
import { answer } from '../../../support/watched.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const refOf = ({ id }: { id: string }) => ({ organizationId: w.organizationId, subscriptionId: id });
const heard = () => w.http.requests.map(({ headers }) => Object.fromEntries(headers)['webhook-id']);

describe('redelivery', () => {
  it('of one sends it again under the id of its event, whatever came of it', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    const event = await happened(w);
    await hall.live(minute);
    await happened(w);
    await hall.live(minute);
    const [first] = await deliveriesNow(w, subscription);
    const asked = await redeliver(w.deps, { ...refOf(subscription), deliveryId: first!.id });
    expect(asked).toMatchObject({ id: first!.id, status: 'pending' });
    await hall.live(minute);
    expect(heard().filter((id) => id === event.id)).toHaveLength(2);
    expect(heard()).toHaveLength(3);
    expect((await deliveriesNow(w, subscription))[0]).toMatchObject({
      status: 'delivered',
      tries: [{ status: 200 }, { status: 200 }],
    });
  });

  it('of one that was planned days after its event finds that too', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const event = newEvent(w.deps, AuthConnected, {
      organizationId: w.organizationId,
      data: AuthConnected.example,
    });
    await w.clock.advance(2 * day);
    await planDeliveries(w.deps, event);
    const [late] = await deliveriesNow(w, subscription);
    const asked = await redeliver(w.deps, { ...refOf(subscription), deliveryId: late!.id });
    expect(asked.event.id).toBe(event.id);
  });

  it('of what there is not answers 404; while the subscription is disabled, 409', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const ref = refOf(subscription);
    const unknown = redeliver(w.deps, { ...ref, deliveryId: `dlv_${'0'.repeat(26)}` });
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'delivery_not_found' });
    const hall = deliveryHall(w);
    w.http.answers(() => answer(410));
    await happened(w);
    await hall.live(minute);
    const [held] = await deliveriesNow(w, subscription);
    const closed = redeliver(w.deps, { ...ref, deliveryId: held!.id });
    await expect(closed).rejects.toMatchObject({ status: 409, code: 'subscription_disabled' });
    const all = redeliverSince(w.deps, { ...ref, since: 0, which: 'all' });
    await expect(all).rejects.toMatchObject({ status: 409, code: 'subscription_disabled' });
  });

  it('of all since a time takes what was not delivered of those events, or everything', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    let refused: string[] = [];
    w.http.answers(({ headers }) =>
      answer(refused.includes(Object.fromEntries(headers)['webhook-id']!) ? 400 : 204),
    );
    // Before the time, and after it; of each, one that is refused for good.
    const events: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const event = await happened(w);
      events.push(event.id);
      if (index === 1 || index === 4) refused.push(event.id);
      await hall.live(hour);
    }
    const since = w.clock.now() - 3 * hour - minute;
    for (let days = 0; days < 8; days += 1) await hall.live(12 * hour, hour);
    refused = [];
    const before = heard().length;
    const ref = refOf(subscription);
    const missed = await redeliverSince(w.deps, { ...ref, since, which: 'failed' });
    expect(missed).toEqual({ count: 1, more: false });
    await hall.live(2 * minute);
    expect(heard().slice(before)).toEqual([events[4]]);
    expect(await redeliverSince(w.deps, { ...ref, since, which: 'all' })).toEqual({ count: 3, more: false });
    await hall.live(2 * minute);
    expect(
      heard()
        .slice(before + 1)
        .toSorted(),
    ).toEqual(events.slice(3).toSorted());
    const none = await redeliverSince(w.deps, { ...ref, since: w.clock.now(), which: 'all' });
    expect(none).toEqual({ count: 0, more: false });
  }, 60_000);

  it('of more than a message holds goes on by another, and a message that comes twice asks once', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    for (let index = 0; index < 1100; index += 1) await happened(w);
    await hall.live(10 * minute);
    expect(heard()).toHaveLength(1100);
    const ref = refOf(subscription);
    const counted = await redeliverSince(w.deps, { ...ref, since: 0, which: 'all' });
    expect(counted).toEqual({ count: 1000, more: true });
    await hall.live(10 * minute);
    expect(heard()).toHaveLength(2200);
    const backlog = w.bus.events.filter(({ type }) => type === 'delivery.backlog_due');
    expect(backlog).toHaveLength(2);
    for (const { data } of backlog)
      await redeliverBacklog(w.deps, {
        ...ref,
        ...(data as never as Parameters<typeof redeliverBacklog>[1]),
      });
    await hall.live(10 * minute);
    expect(heard()).toHaveLength(2200);
  }, 60_000);

  it('of what was not delivered takes what would be tried much later, but not what is being sent', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    w.http.answers(() => answer(500));
    for (let index = 0; index < 9; index += 1) await happened(w);
    await hall.live(5 * hour, 10 * minute);
    const statuses = (await deliveriesNow(w, subscription)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['waiting']));
    w.http.answers(() => answer(204));
    const ref = refOf(subscription);
    expect(await redeliverSince(w.deps, { ...ref, since: 0, which: 'failed' })).toMatchObject({ count: 9 });
    await enableSubscription(w.deps, ref);
    const [first] = await deliveriesNow(w, subscription);
    const now = w.clock.now();
    await w.deps.store.replace(deliveries, { ...first!, status: 'pending', nextTryAt: now + minute });
    expect(await redeliverSince(w.deps, { ...ref, since: 0, which: 'all' })).toMatchObject({ count: 8 });
  }, 60_000);

  it('gives what has failed three days again', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    const event = await happened(w);
    w.http.answers(({ headers }) =>
      answer(Object.fromEntries(headers)['webhook-id'] === event.id ? 400 : 204),
    );
    for (let days = 0; days < 4; days += 1) {
      await hall.live(day, hour);
      await happened(w);
    }
    expect((await deliveriesNow(w, subscription))[0]).toMatchObject({ status: 'failed' });
    const since = Date.parse(event.time);
    await redeliverSince(w.deps, { ...refOf(subscription), since, which: 'failed' });
    await hall.live(2 * hour, minute);
    const [again] = await deliveriesNow(w, subscription);
    expect(again!.status).not.toBe('failed');
    expect(again!.nextTryAt! - w.clock.now()).toBeLessThan(3 * hour);
    expect((await subscriptionNow(w, subscription)).state).toBe('enabled');
  }, 60_000);
});

describe('the log of deliveries', () => {
  it('can be asked for one status, page by page', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    let count = 0;
    w.http.answers(() => answer((count += 1) % 3 === 0 ? 400 : 204));
    for (let index = 0; index < 12; index += 1) {
      await happened(w);
      await hall.live(1000, 1000);
    }
    const of = async (status: 'delivered' | 'pending') => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listDeliveries(w.deps, {
          ...refOf(subscription),
          query: { limit: 3, cursor, status },
        });
        expect(page.items.length).toBeLessThanOrEqual(3);
        found.push(...page.items.map((item) => item.status));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return found;
    };
    expect(await of('delivered')).toEqual(Array.from({ length: 8 }, () => 'delivered'));
    expect(await of('pending')).toEqual(Array.from({ length: 4 }, () => 'pending'));
  });
});
