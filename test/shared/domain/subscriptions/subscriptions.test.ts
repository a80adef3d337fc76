import { beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { sweep } from '#shared/domain/schedule/sweep.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { deliver } from '#shared/domain/subscriptions/deliver.ts';
import { deliveries, deliveryKey } from '#shared/domain/subscriptions/delivery.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { removeSubscription } from '#shared/domain/subscriptions/remove.ts';
import { NewSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { AuthConnected, AuthRefreshed } from '#shared/domain/auths/events.ts';
import { newEvent, type LatchkeyEvent } from '#shared/events.ts';
import { EgressRefused, HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { day, minute, otherProcess, start, turns, world, type World } from '../../../support/deps.ts';
import { answer } from '../../../support/watched.ts';

let w: World;
let event: LatchkeyEvent;

beforeEach(async () => {
  w = await world();
  event = newEvent(w.deps, AuthConnected, { organizationId: w.organizationId, data: AuthConnected.example });
});

const subscribe = async (name: string, events: readonly string[] = ['auth.*']) => {
  const input = NewSubscription.parse({
    name,
    target: { type: 'webhook', url: `https://${name}.example/hook` },
    events,
  });
  return createSubscription(w.deps, { organizationId: w.organizationId, input });
};

const planned = () => w.bus.events.filter(({ type }) => type === 'delivery.due');
const place = (subscriptionId: string) => ({
  organizationId: w.organizationId,
  subscriptionId,
  eventId: event.id,
});
const current = async (subscriptionId: string) => {
  const found = await w.deps.store.get(deliveries, deliveryKey(place(subscriptionId)));
  if (!found) throw new Error('There is no such delivery.');
  return found;
};

describe('planning', () => {
  it('makes one delivery for each event and subscription that wants it, and asks for each apart', async () => {
    const one = await subscribe('one');
    const two = await subscribe('two', ['auth.connected', 'auth.*']);
    await subscribe('three', ['auth.expired', 'service.*']);
    await planDeliveries(w.deps, event);
    await planDeliveries(otherProcess(w.deps), event);
    expect(planned().map(({ data }) => data)).toEqual(
      [one, two].map(({ subscription }) => ({
        deliveries: [{ subscriptionId: subscription.id, eventId: event.id }],
      })),
    );
  });

  it('reaches every subscription though the bus takes nothing, and the sweep asks for what was planned', async () => {
    const made = [await subscribe('one'), await subscribe('two'), await subscribe('three')];
    const deaf = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    // Whether the message comes again or not: none may depend on it, for after five times it does not.
    await planDeliveries(deaf, event).catch(() => undefined);
    expect(planned()).toEqual([]);
    await sweep(w.deps);
    const asked = planned().flatMap(({ data }) => data['deliveries'] as { subscriptionId: string }[]);
    expect(asked.map(({ subscriptionId }) => subscriptionId).toSorted()).toEqual(
      made.map(({ subscription }) => subscription.id).toSorted(),
    );
  });

  it('tells subscribers nothing of the work inside', async () => {
    await subscribe('one');
    const inner = newEvent(w.deps, AuthRefreshed, {
      organizationId: w.organizationId,
      data: AuthRefreshed.example,
    });
    await planDeliveries(w.deps, inner);
    expect(planned()).toEqual([]);
  });

  it('tells nobody of another organization', async () => {
    await subscribe('one');
    await planDeliveries(w.deps, { ...event, organizationId: `org_${'1'.repeat(26)}` });
    expect(planned()).toEqual([]);
  });

  it('reaches more subscriptions than a page holds', async () => {
    for (let index = 0; index < 120; index += 1) await subscribe(`s${index}`);
    await planDeliveries(w.deps, event);
    expect(planned()).toHaveLength(120);
  });
});

describe('a delivery', () => {
  it('is signed as Standard Webhooks asks, and ends with the first 2xx', async () => {
    const { subscription, secret } = await subscribe('one');
    await planDeliveries(w.deps, event);
    w.http.answers(() => answer(204));
    await deliver(w.deps, place(subscription.id));
    const [request] = w.http.requests;
    const { timestamp, type, data } = JSON.parse(String(request?.body)) as Record<string, unknown>;
    expect([request?.method, request?.url, type, timestamp]).toEqual([
      'POST',
      'https://one.example/hook',
      'auth.connected',
      event.time,
    ]);
    expect(data).toMatchObject({ ...AuthConnected.example, eventId: event.id });
    const headers = Object.fromEntries(request?.headers ?? []);
    expect(headers['webhook-id']).toBe(event.id);
    expect(headers['webhook-signature']).toBe(
      new Webhook(secret!.reveal()).sign(event.id, new Date(start), String(request?.body)),
    );
    expect(await current(subscription.id)).toMatchObject({ status: 'delivered', tries: [{ status: 204 }] });
    await w.clock.advance(day);
    await deliver(w.deps, place(subscription.id));
    expect(w.http.requests).toHaveLength(1);
  });

  it('is tried again over three days, further and further apart at first and then each hour, and held when its subscription is disabled', async () => {
    const { subscription } = await subscribe('one');
    await planDeliveries(w.deps, event);
    w.http.answers(() => answer(500));
    const times: number[] = [];
    for (let round = 0; round < 100; round += 1) {
      await deliver(w.deps, place(subscription.id));
      const { nextTryAt, status } = await current(subscription.id);
      if (nextTryAt === undefined) {
        expect(status).toBe('held');
        break;
      }
      times.push(nextTryAt);
      await w.clock.advance(nextTryAt - w.clock.now());
    }
    const waits = times.map((time, index) => time - (times[index - 1] ?? start));
    const planned = [1, 5, 15, 60];
    planned.forEach((minutes, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual(minutes * minute);
      expect(waits[index]).toBeLessThanOrEqual(minutes * minute * 1.1);
    });
    expect(Math.max(...waits.slice(planned.length))).toBeLessThanOrEqual(60 * minute);
    expect((times.at(-1) ?? 0) - start).toBeGreaterThanOrEqual(3 * day);
    expect((times.at(-1) ?? 0) - start).toBeLessThan(3.1 * day);
    expect((await current(subscription.id)).tries).toHaveLength(30);
  });

  it('is not tried before its time, nor by two at once', async () => {
    const { subscription } = await subscribe('one');
    await planDeliveries(w.deps, event);
    const slow = Promise.withResolvers<IncomingResponse>();
    w.http.answers(() => slow.promise);
    const both = [
      deliver(w.deps, place(subscription.id)),
      deliver(otherProcess(w.deps), place(subscription.id)),
    ];
    slow.resolve(answer(503));
    await Promise.all(both);
    await deliver(w.deps, place(subscription.id));
    expect(w.http.requests).toHaveLength(1);
  });

  it('whose process died in the middle is tried again two minutes later', async () => {
    const { subscription } = await subscribe('one');
    await planDeliveries(w.deps, event);
    w.http.answers(() => new Promise(() => undefined));
    void deliver(w.deps, place(subscription.id));
    await turns();
    await w.clock.advance(2 * minute);
    w.http.answers(() => answer(200));
    await deliver(otherProcess(w.deps), place(subscription.id));
    expect((await current(subscription.id)).status).toBe('delivered');
  });

  it.each<[Error, string]>([
    [new HttpFailure('timeout', true), 'timeout'],
    [new HttpFailure('dns', false), 'dns'],
    [new EgressRefused('private'), 'address_refused'],
  ])('that fails with %s is written down and tried again', async (error, code) => {
    const { subscription } = await subscribe('one');
    await planDeliveries(w.deps, event);
    w.http.answers(() => Promise.reject(error));
    await deliver(w.deps, place(subscription.id));
    expect(await current(subscription.id)).toMatchObject({ status: 'pending', tries: [{ error: code }] });
  });

  it('is done when the status says so, whatever becomes of the body behind it', async () => {
    const { subscription } = await subscribe('one');
    await planDeliveries(w.deps, event);
    async function* broken() {
      yield Buffer.from('thanks');
      await Promise.resolve();
      throw new HttpFailure('reset', true);
    }
    w.http.answers(() => answer(200, broken()));
    await deliver(w.deps, place(subscription.id));
    expect((await current(subscription.id)).status).toBe('delivered');
  });

  it('does not read an answer that never ends', async () => {
    const { subscription } = await subscribe('one');
    await planDeliveries(w.deps, event);
    let chunks = 0;
    async function* endless() {
      for (;;) {
        chunks += 1;
        if (chunks > 10_000) throw new Error('It reads on and on.');
        yield Buffer.alloc(1000);
        await Promise.resolve();
      }
    }
    w.http.answers(() => answer(200, endless()));
    await deliver(w.deps, place(subscription.id));
    expect((await current(subscription.id)).status).toBe('delivered');
    expect(chunks).toBeLessThan(2000);
  });

  it('can be given up while its body drips: the call as a whole has an end', async () => {
    const { subscription } = await subscribe('one');
    await planDeliveries(w.deps, event);
    await deliver(w.deps, place(subscription.id));
    expect(w.http.requests[0]?.signal).toBeInstanceOf(AbortSignal);
  });

  it('to a dead subscriber delays no other', async () => {
    const dead = await subscribe('dead');
    const live = await subscribe('live');
    await planDeliveries(w.deps, event);
    w.http.answers(({ url }) => (url.includes('dead') ? new Promise(() => undefined) : answer(200)));
    void deliver(w.deps, place(dead.subscription.id));
    await deliver(w.deps, place(live.subscription.id));
    expect((await current(live.subscription.id)).status).toBe('delivered');
  });

  it('to a subscription that is gone is forgotten', async () => {
    const { subscription } = await subscribe('one');
    await planDeliveries(w.deps, event);
    await removeSubscription(w.deps, {
      organizationId: w.organizationId,
      subscriptionId: subscription.id,
      ifMatch: undefined,
    });
    await deliver(w.deps, place(subscription.id));
    expect(await w.deps.store.get(deliveries, deliveryKey(place(subscription.id)))).toBeUndefined();
    expect([w.http.requests, w.vault.paths().filter((path) => path.startsWith('subscription/'))]).toEqual([
      [],
      [],
    ]);
  });
});

describe('a subscription', () => {
  it.each([
    [{ events: ['auth.unheard_of'] }, 'body.events.0'],
    [{ events: ['auth.connected', 'auth.refreshed'] }, 'body.events.1'],
    [{ events: ['auths.*'] }, 'body.events.0'],
    [{ events: ['delivery.*'] }, 'body.events.0'],
    [{ target: { type: 'webhook', url: 'http://one.example' } }, 'body.target.url'],
  ])('that would never hear anything, or in the clear, is refused: %j', async (parts, path) => {
    const input = NewSubscription.parse({
      name: 'One',
      target: { type: 'webhook', url: 'https://one.example' },
      events: ['auth.*'],
      ...parts,
    });
    const made = createSubscription(w.deps, { organizationId: w.organizationId, input });
    await expect(made).rejects.toMatchObject({ status: 422, details: [{ path }] });
  });

  it('keeps its signing secret in the vault alone', async () => {
    const { secret } = await subscribe('one');
    expect(w.store.dump()).not.toContain(secret!.reveal());
    expect(secret!.reveal()).toMatch(/^whsec_/);
  });
});
