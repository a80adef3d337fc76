import { beforeEach, describe, expect, it } from '@jest/globals';
import { AuthExpiring } from '#shared/domain/auths/events.ts';
import { deliver } from '#shared/domain/subscriptions/deliver.ts';
import { DigestDue } from '#shared/domain/subscriptions/events.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { redeliverBacklog, redeliverSince } from '#shared/domain/subscriptions/redeliver.ts';
import { newEvent } from '#shared/events.ts';
import { newId } from '#shared/ids.ts';
import { hour, day, minute, start } from '../../../../support/deps.ts';
import { death, digestOf, digestsTold, gathered, live, setStage, subscribe, told, w } from './stage.ts';

beforeEach(setStage);

describe('a digest', () => {
  it('tells what happened within an hour in one message after its end, with counts and a link', async () => {
    const subscriptionId = await subscribe();
    const dead = [0, 1, 2, 3].map(death);
    const expiring = newEvent(w.deps, AuthExpiring, {
      organizationId: w.organizationId,
      data: AuthExpiring.example,
    });
    for (const event of [...dead, expiring]) await planDeliveries(w.deps, event);
    expect(await told(subscriptionId)).toEqual([]);
    await live(hour - minute);
    expect(await told(subscriptionId)).toEqual([]);
    await live(3 * minute);
    const [digest, ...more] = await digestsTold(subscriptionId);
    expect(more).toEqual([]);
    expect(digest).toMatchObject({
      digest: 'hourly',
      from: new Date(start).toISOString(),
      to: new Date(start + hour).toISOString(),
      count: 5,
      countsByType: { 'auth.needs_reconnect': 4, 'auth.expiring': 1 },
      countsByCause: { revoked: 2, idle_limit: 1, client_secret: 1 },
      countsByService: { [String(AuthExpiring.example.serviceId)]: 5 },
      otherServices: 0,
      link: `https://latchkey.example/v1/subscriptions/${subscriptionId}/digests/${digestOf(start)}/events`,
    });
    expect(digest?.sample.map(({ id }) => id).toSorted()).toEqual(
      [...dead, expiring].map(({ id }) => id).toSorted(),
    );
    expect((await gathered(subscriptionId, digestOf(start))).length).toBe(5);
  });

  it('is delivered as every message is: signed, under the id of its event', async () => {
    const subscriptionId = await subscribe();
    await planDeliveries(w.deps, death());
    await live(hour + minute);
    const [event] = await told(subscriptionId);
    await deliver(w.deps, { organizationId: w.organizationId, subscriptionId, eventId: event!.id });
    const [request] = w.http.requests;
    expect(JSON.parse(String(request?.body))).toMatchObject({
      type: 'subscription.digest',
      data: { eventId: event!.id, count: 1 },
    });
    expect(Object.fromEntries(request!.headers)['webhook-id']).toBe(event!.id);
  });

  it('is sent again to who asks for all since an hour before it, though its window opened a day before', async () => {
    const id = await subscribe({ digest: 'daily' });
    await planDeliveries(w.deps, death());
    await live(day);
    const [digest] = await told(id);
    const ref = { organizationId: w.organizationId, subscriptionId: id };
    await deliver(w.deps, { ...ref, eventId: digest!.id });
    const since = Date.parse(digest!.time) - hour;
    const asked = await redeliverSince(w.deps, { ...ref, since, which: 'all' });
    expect(asked).toEqual({ count: 1, more: false });
    const backlog = w.bus.events.at(-1)!.data as never as Parameters<typeof redeliverBacklog>[1];
    await redeliverBacklog(w.deps, { ...backlog, ...ref });
    expect(w.bus.events.at(-1)!.data['deliveries']).toEqual([{ subscriptionId: id, eventId: digest!.id }]);
  });

  it('of a day ends at midnight, UTC', async () => {
    const subscriptionId = await subscribe({ digest: 'daily' });
    await planDeliveries(w.deps, death());
    await live(14 * hour);
    await planDeliveries(w.deps, death());
    await live(hour - minute);
    expect(await told(subscriptionId)).toEqual([]);
    await live(3 * minute);
    expect(await digestsTold(subscriptionId)).toMatchObject([
      { digest: 'daily', count: 2, to: '2026-03-03T00:00:00.000Z' },
    ]);
  });

  it('is not sent for hours in which nothing happened', async () => {
    const subscriptionId = await subscribe();
    await live(3 * hour);
    expect(await told(subscriptionId)).toEqual([]);
    expect(w.bus.events.filter(({ type }) => type === DigestDue.type)).toEqual([]);
  });

  it('does not hold up those who want each event at once', async () => {
    await subscribe();
    const other = await subscribe({ digest: undefined });
    const event = death();
    await planDeliveries(w.deps, event);
    expect((await told(other)).map(({ id }) => id)).toEqual([event.id]);
  });

  it('samples 20 events, and counts the 50 services that have the most', async () => {
    const subscriptionId = await subscribe();
    const services = Array.from({ length: 60 }, () => newId('service', w.deps));
    for (const [index, serviceId] of services.entries())
      for (let times = 0; times < (index < 50 ? 2 : 1); times += 1)
        await planDeliveries(w.deps, { ...death(), data: { ...death().data, serviceId } });
    await live(hour + minute);
    const [digest] = await digestsTold(subscriptionId);
    expect([digest?.count, digest?.sample.length, digest?.otherServices]).toEqual([110, 20, 10]);
    expect(Object.keys(digest?.countsByService ?? {}).toSorted()).toEqual(services.slice(0, 50).toSorted());
  });
});
