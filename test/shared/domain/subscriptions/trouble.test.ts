import { beforeEach, describe, expect, it } from '@jest/globals';
import { AuthAtRisk, AuthConnected } from '#shared/domain/auths/events.ts';
import { deliver } from '#shared/domain/subscriptions/deliver.ts';
import { enableSubscription } from '#shared/domain/subscriptions/enable.ts';
import { SubscriptionEdit } from '#shared/domain/subscriptions/subscription.ts';
import { updateSubscription } from '#shared/domain/subscriptions/update.ts';
import { HttpFailure } from '#shared/ports.ts';
import { day, hour, minute, otherProcess, told, turns, world, type World } from '../../../support/deps.ts';
import {
  deliveriesNow,
  deliveryHall,
  happened,
  subscribed,
  subscriptionNow,
  webhookAt,
} from '../../../support/deliveries.ts';
import { capturedOutput } from '../../../support/output.ts';
import { answer } from '../../../support/watched.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const disabledEvents = () => w.bus.events.filter(({ type }) => type === 'subscription.disabled');

/** Answers after a time as a subscriber does that hangs. */
const hangs = async () => {
  await w.clock.sleep(15_000);
  throw new HttpFailure('timeout', true);
};

describe('a dead subscriber', () => {
  /** How late a healthy one hears of one event a second, over three minutes, in milliseconds. */
  const latencies = async (dead: number): Promise<readonly number[]> => {
    w = await world();
    await subscribed(w, webhookAt('live'), ['auth.connected']);
    await subscribed(w, webhookAt('dead'), ['auth.at_risk']);
    const hall = deliveryHall(w);
    const [since, late] = [new Map<string, number>(), [] as number[]];
    w.http.answers(async ({ url, headers }) => {
      if (url.includes('dead')) return hangs();
      await w.clock.sleep(100);
      late.push(w.clock.now() - since.get(Object.fromEntries(headers)['webhook-id']!)!);
      return answer(204);
    });
    for (let index = 0; index < dead; index += 1) await happened(w, AuthAtRisk);
    for (let second = 0; second < 180; second += 1) {
      const event = await happened(w, AuthConnected);
      since.set(event.id, w.clock.now());
      await hall.live(1000, 100);
    }
    expect(late).toHaveLength(180);
    return late;
  };

  it('with 1,000 deliveries that hang delays a healthy one by nothing', async () => {
    const alone = await latencies(0);
    const beside = await latencies(1000);
    expect([Math.max(...alone), Math.max(...beside)]).toEqual([200, 200]);
    expect(beside).toEqual(alone);
  }, 120_000);

  it('is tried by one delivery at a time, at least each hour, while the others wait', async () => {
    const { subscription } = await subscribed(w, webhookAt('dead'));
    const hall = deliveryHall(w);
    const tries: number[] = [];
    w.http.answers(() => {
      tries.push(w.clock.now());
      return hangs();
    });
    for (let index = 0; index < 50; index += 1) await happened(w);
    await hall.live(5 * minute);
    const early = tries.length;
    // Five lanes, each with one message of one delivery at first.
    expect(early).toBeLessThan(15);
    await hall.live(day, 10 * minute);
    const later = tries.slice(early);
    expect(later.length).toBeGreaterThanOrEqual(20);
    expect(new Set(later).size).toBe(later.length);
    expect((await subscriptionNow(w, subscription)).trouble?.since).toBeLessThan(tries[0]! + minute);
  }, 60_000);

  it('that is down for a day is told of everything within an hour and a half of being back, once each', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    const heard: string[] = [];
    let up = false;
    w.http.answers(({ headers }) => {
      if (!up) return answer(503);
      heard.push(Object.fromEntries(headers)['webhook-id']!);
      return answer(204);
    });
    const events: string[] = [];
    for (let hours = 0; hours < 24; hours += 1) {
      for (let index = 0; index < 15; index += 1) events.push((await happened(w)).id);
      await hall.live(hour, 5 * minute);
    }
    up = true;
    await hall.live(90 * minute);
    expect(heard.toSorted()).toEqual(events.toSorted());
    const states = (await deliveriesNow(w, subscription)).map(({ status }) => status);
    expect(new Set(states)).toEqual(new Set(['delivered']));
    const { state, trouble } = await subscriptionNow(w, subscription);
    expect([state, trouble]).toEqual(['enabled', undefined]);
  }, 60_000);

  it('is disabled after three days without success, once, and is sent nothing more until it is enabled', async () => {
    const { subscription } = await subscribed(w, webhookAt('dead'));
    const hall = deliveryHall(w);
    w.http.answers(() => answer(500));
    for (let index = 0; index < 10; index += 1) await happened(w);
    await hall.live(3 * day - hour, 10 * minute);
    expect((await subscriptionNow(w, subscription)).state).toBe('enabled');
    await hall.live(3 * hour, minute);
    const { state, disabled } = await subscriptionNow(w, subscription);
    expect([state, disabled?.reason]).toEqual(['disabled', 'failing']);
    expect(disabledEvents().map(({ data }) => data)).toEqual([
      expect.objectContaining({ subscriptionId: subscription.id, reason: 'failing' }),
    ]);
    const sent = w.http.requests.length;
    await happened(w);
    await hall.live(2 * day, hour);
    expect(w.http.requests).toHaveLength(sent);
    const states = (await deliveriesNow(w, subscription)).map(({ status }) => status);
    expect(states).toEqual(Array.from({ length: 11 }, () => 'held'));

    w.http.answers(() => answer(204));
    const ref = { organizationId: w.organizationId, subscriptionId: subscription.id };
    expect(await enableSubscription(w.deps, ref)).toMatchObject({ state: 'enabled', version: 2 });
    await happened(w);
    await hall.live(2 * minute);
    expect(w.http.requests).toHaveLength(sent + 1);
    expect(await enableSubscription(w.deps, ref)).toMatchObject({ state: 'enabled', version: 2 });
  }, 60_000);

  it('is not disabled while it takes one event in three days', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    let tries = 0;
    w.http.answers(() => answer((tries += 1) % 40 === 0 ? 204 : 500));
    for (let days = 0; days < 6; days += 1) {
      await happened(w);
      await hall.live(day, 10 * minute);
    }
    expect((await subscriptionNow(w, subscription)).state).toBe('enabled');
  }, 60_000);
});

describe('a subscriber', () => {
  it('that says 410 is disabled at once, and others hear of it', async () => {
    const { subscription } = await subscribed(w, webhookAt('gone'));
    const hall = deliveryHall(w);
    w.http.answers(() => answer(410));
    await happened(w);
    await hall.live(minute);
    expect((await subscriptionNow(w, subscription)).disabled?.reason).toBe('gone');
    expect(disabledEvents().map(({ data }) => data['reason'])).toEqual(['gone']);
    await hall.live(4 * day, hour);
    expect(w.http.requests).toHaveLength(1);
  });

  it('that is well hears of 300 events of one moment within three seconds, once each', async () => {
    await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    const late: number[] = [];
    const since = w.clock.now();
    w.http.answers(async () => {
      await w.clock.sleep(50);
      late.push(w.clock.now() - since);
      return answer(204);
    });
    for (let index = 0; index < 300; index += 1) await happened(w);
    await hall.live(3_000, 50);
    expect(late).toHaveLength(300);
    await hall.live(5 * minute);
    expect(late).toHaveLength(300);
  }, 60_000);

  it('is told of what no lane was free for although the worker that held one fails', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    w.http.answers(async () => {
      await w.clock.sleep(1_000);
      if (w.http.requests.length <= 5) throw new Error('out of memory');
      return answer(204);
    });
    const output = capturedOutput();
    for (let index = 0; index < 10; index += 1) await happened(w);
    await hall.live(5_000, 100);
    output.stop();
    const states = (await deliveriesNow(w, subscription)).map(({ status }) => status);
    expect(states.filter((status) => status === 'delivered')).toHaveLength(5);
  });

  it('whose URL is put right is told at once of all that waits, and its trouble is over', async () => {
    const { subscription } = await subscribed(w, webhookAt('wrong'));
    const ref = { organizationId: w.organizationId, subscriptionId: subscription.id };
    const hall = deliveryHall(w);
    w.http.answers(({ url }) => answer(url.includes('wrong') ? 404 : 204));
    for (let index = 0; index < 20; index += 1) await happened(w);
    await hall.live(day, 10 * minute);
    expect((await subscriptionNow(w, subscription)).trouble?.probeAt).toBeGreaterThan(w.clock.now());
    const named = await updateSubscription(w.deps, { ...ref, input: { name: 'Ops' }, ifMatch: undefined });
    expect(named.trouble).toBeDefined();
    const input = SubscriptionEdit.parse({ target: webhookAt('right') });
    const edited = await updateSubscription(w.deps, { ...ref, input, ifMatch: undefined });
    expect(edited.trouble).toBeUndefined();
    await hall.live(5_000, 1_000);
    const states = (await deliveriesNow(w, subscription)).map(({ status }) => status);
    expect(states).toEqual(Array.from({ length: 20 }, () => 'delivered'));
  }, 60_000);

  it('whose URL is changed while the old one is being called is not disabled for what that answers', async () => {
    const { subscription } = await subscribed(w, webhookAt('old'));
    const ref = { organizationId: w.organizationId, subscriptionId: subscription.id };
    const hall = deliveryHall(w);
    w.http.answers(async ({ url }) => {
      if (!url.includes('old')) return answer(204);
      await w.clock.sleep(2_000);
      return answer(410);
    });
    await happened(w);
    await hall.live(1_000, 500);
    const input = SubscriptionEdit.parse({ target: webhookAt('new') });
    await updateSubscription(w.deps, { ...ref, input, ifMatch: undefined });
    await hall.live(3 * minute, 1_000);
    expect((await subscriptionNow(w, subscription)).state).toBe('enabled');
    expect(await deliveriesNow(w, subscription)).toMatchObject([{ status: 'delivered' }]);
    expect(disabledEvents()).toEqual([]);
  });

  it('that is told seldom is not disabled for two failures a week apart', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    const bad = await happened(w);
    const refuses = (ids: readonly string[]) =>
      w.http.answers(({ headers }) =>
        answer(ids.includes(Object.fromEntries(headers)['webhook-id']!) ? 400 : 204),
      );
    refuses([bad.id]);
    // Its last try is behind what others have taken.
    for (let hours = 0; hours < 70; hours += 1) {
      await happened(w);
      await hall.live(hour, 10 * minute);
    }
    await hall.live(7 * day, hour);
    const first = (await deliveriesNow(w, subscription)).find(({ event }) => event.id === bad.id);
    expect(first).toMatchObject({ status: 'failed' });
    const late = await happened(w);
    refuses([late.id]);
    await hall.live(2 * minute, 10_000);
    expect((await subscriptionNow(w, subscription)).state).toBe('enabled');
    expect(disabledEvents()).toEqual([]);
  }, 60_000);

  it('that refuses one event alone gets all others at once, and that one for three days', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    const bad = await happened(w, AuthAtRisk);
    w.http.answers(({ headers }) => answer(Object.fromEntries(headers)['webhook-id'] === bad.id ? 400 : 204));
    for (let hours = 0; hours < 80; hours += 1) {
      await happened(w);
      await hall.live(hour, 5 * minute);
    }
    const all = await deliveriesNow(w, subscription);
    expect(all.filter(({ status }) => status === 'delivered')).toHaveLength(80);
    expect(all.find(({ event }) => event.id === bad.id)).toMatchObject({ status: 'failed' });
    expect(all.find(({ event }) => event.id === bad.id)?.tries).toHaveLength(10);
    expect((await subscriptionNow(w, subscription)).state).toBe('enabled');
  }, 60_000);

  it.each([
    [429, '1800', 30 * minute],
    [503, new Date(Date.UTC(2026, 2, 2, 9, 40)).toUTCString(), 40 * minute],
    [500, '1800', minute],
    [503, 'soon', minute],
  ])('that answers %s with Retry-After %s is left alone for at least %s ms', async (status, after, floor) => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const { id } = await happened(w);
    w.http.answers(() => answer(status, '', [['Retry-After', after]]));
    const now = w.clock.now();
    await deliver(w.deps, { organizationId: w.organizationId, subscriptionId: subscription.id, eventId: id });
    const [delivery] = await deliveriesNow(w, subscription);
    expect(delivery!.nextTryAt! - now).toBeGreaterThanOrEqual(floor);
    expect(delivery!.nextTryAt! - now).toBeLessThanOrEqual(floor * 1.1);
  });

  it('hears again under the same id what was sent and not written down by a process that died', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const { id } = await happened(w);
    const place = { organizationId: w.organizationId, subscriptionId: subscription.id, eventId: id };
    w.http.answers(() => answer(204));
    const { store } = w.deps;
    const dying = otherProcess(w.deps, {
      store: {
        ...store,
        replace: (collection, item) =>
          w.http.requests.length > 0 ? new Promise(() => undefined) : store.replace(collection, item),
      },
    });
    void deliver(dying, place);
    await turns();
    expect(w.http.requests).toHaveLength(1);
    await w.clock.advance(2 * minute);
    await deliver(w.deps, place);
    const ids = w.http.requests.map(({ headers }) => Object.fromEntries(headers)['webhook-id']);
    expect(ids).toEqual([id, id]);
    expect(await deliveriesNow(w, subscription)).toMatchObject([{ status: 'delivered' }]);
  });

  it('hears of nothing twice when its process died while it tried, and the next takes its turn', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    w.http.answers(() => answer(500));
    for (let index = 0; index < 6; index += 1) await happened(w);
    await hall.live(2 * minute);
    expect((await subscriptionNow(w, subscription)).trouble?.probeAt).toBeDefined();
    w.http.answers(() => new Promise(() => undefined));
    await hall.live(5 * minute);
    w.http.answers(() => answer(204));
    await hall.live(hour);
    const states = (await deliveriesNow(w, subscription)).map(({ status }) => status);
    expect(states).toEqual(Array.from({ length: 6 }, () => 'delivered'));
    expect(told(w, 'subscription.disabled')).toEqual([]);
  });
});
