import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths } from '#shared/domain/auths/auth.ts';
import { AuthConnected, AuthDeleted, AuthNeedsReconnect } from '#shared/domain/auths/events.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { traceKey, traces } from '#shared/domain/auths/trace.ts';
import { ClientRejected } from '#shared/domain/services/events.ts';
import { finishServiceRemoval, removeService } from '#shared/domain/services/remove.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { deliveries, deliveriesTo } from '#shared/domain/subscriptions/delivery.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { NewSubscription, type Filters } from '#shared/domain/subscriptions/subscription.ts';
import { updateSubscription } from '#shared/domain/subscriptions/update.ts';
import { VerificationChanged } from '#shared/domain/umbrellas/events.ts';
import { newEvent, type LatchkeyEvent } from '#shared/events.ts';
import { newId } from '#shared/ids.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { day, otherProcess, world, type World } from '../../../support/deps.ts';
import {
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Service,
  sharedWorkspace,
  tokenService,
  umbrella,
} from '../../../support/nouns.ts';
import { spoiledAuth } from '../../../support/poison.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

const subscribe = async (
  filters?: Filters,
  events: readonly string[] = ['auth.*', 'service.*', 'umbrella.*'],
) => {
  const input = NewSubscription.parse({
    name: 'Operations',
    target: { type: 'webhook', url: 'https://hook.example/in' },
    events,
    filters,
  });
  return (await createSubscription(w.deps, { organizationId: w.organizationId, input })).subscription.id;
};

const told = async (subscriptionId: string): Promise<readonly string[]> => {
  const { items } = await w.deps.store.list(deliveries, {
    ...deliveriesTo(w.organizationId, subscriptionId),
    limit: 1000,
  });
  return items.map(({ event }) => event.type);
};

/** Plans all that was published until now. */
const plan = async (deps: Deps = w.deps): Promise<void> => {
  for (const event of w.bus.events.slice()) await planDeliveries(deps, event);
};

const about = (data: Readonly<Record<string, unknown>>): LatchkeyEvent => ({
  ...newEvent(w.deps, AuthConnected, { organizationId: w.organizationId, data: AuthConnected.example }),
  data: { ...AuthConnected.example, ...data },
});

const clientRejected = (service: Service): LatchkeyEvent =>
  newEvent(w.deps, ClientRejected, {
    organizationId: w.organizationId,
    data: { ...ClientRejected.example, serviceId: service.id, workspaceId: w.workspaceId },
  });

describe('a filter', () => {
  it('lets through what is in one of its workspaces, or about one of its services', async () => {
    const team = await sharedWorkspace(w);
    const [one, other] = [await oauth2Service(w), await oauth2Service(w)];
    const both = await subscribe({ workspaceIds: [w.workspaceId, team.id], serviceIds: [one.id] });
    const here = await subscribe({ workspaceIds: [w.workspaceId] });
    await planDeliveries(w.deps, about({ workspaceId: w.workspaceId, serviceId: one.id }));
    await planDeliveries(w.deps, about({ workspaceId: w.workspaceId, serviceId: other.id }));
    await planDeliveries(w.deps, about({ workspaceId: team.id, serviceId: one.id }));
    await planDeliveries(w.deps, about({ workspaceId: team.id, serviceId: null }));
    expect([(await told(both)).length, (await told(here)).length]).toEqual([2, 2]);
  });

  it('by end user knows the auths of that user, from their first event to their last', async () => {
    const service = await oauth2Service(w);
    const ana = await subscribe({ endUserIds: ['ana', 'ben'] });
    const all = await subscribe();
    const auth = await connectedAuth(w, service, { endUserId: 'ana' });
    await connectedAuth(w, service, { endUserId: 'eve' });
    await connectedAuth(w, service);
    await plan();
    await w.clock.advance(1);
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, authId: auth.id };
    await removeAuth(w.deps, { ...where, ifMatch: undefined });
    expect(await w.deps.store.get(traces, traceKey(w.organizationId, auth.id))).toMatchObject({
      endUserId: 'ana',
    });
    await w.clock.advance(5 * day);
    await plan();
    expect(await told(ana)).toEqual(['auth.connected', 'auth.deleted']);
    expect(await told(all)).toEqual(['auth.connected', 'auth.connected', 'auth.connected', 'auth.deleted']);
    expect(JSON.stringify(w.bus.events)).not.toContain('ana');
  });

  it('by umbrella knows the umbrella itself, its services, and their auths in its environments alone', async () => {
    const [mine, others] = [await umbrella(w), await umbrella(w)];
    const service = await oauth2Service(w, {
      umbrellaId: mine.id,
      environments: { sandbox: { umbrellaId: others.id, auth: { clientId: 'x', clientSecret: 'y' } } },
    });
    const heard = await subscribe({ umbrellaIds: [mine.id] });
    const auth = await connectedAuth(w, service);
    await connectedAuth(w, await oauth2Service(w));
    const sandboxed = { ...auth, id: newId('auth', w.deps), environment: 'sandbox' };
    await w.deps.store.insert(auths, sandboxed);
    await plan();
    await planDeliveries(w.deps, about({ authId: sandboxed.id, serviceId: service.id }));
    await planDeliveries(w.deps, clientRejected(service));
    await planDeliveries(w.deps, clientRejected(await oauth2Service(w)));
    for (const umbrellaId of [mine.id, others.id])
      await planDeliveries(
        w.deps,
        newEvent(w.deps, VerificationChanged, {
          organizationId: w.organizationId,
          data: { umbrellaId, from: 'demo', to: 'verified' },
        }),
      );
    expect((await told(heard)).toSorted()).toEqual([
      'auth.at_risk',
      'auth.connected',
      'service.client_rejected',
      'umbrella.verification_changed',
    ]);
  });

  it('by umbrella knows the auths that are deleted with their service', async () => {
    const mine = await umbrella(w, { verification: { status: 'verified' } });
    const service = await oauth2Service(w, { umbrellaId: mine.id });
    const heard = await subscribe({ umbrellaIds: [mine.id] }, ['auth.deleted']);
    await connectedAuth(w, service);
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, serviceId: service.id };
    await removeService(w.deps, { ...where, force: true, ifMatch: undefined });
    await finishServiceRemoval(w.deps, where);
    await plan();
    expect(await told(heard)).toEqual([AuthDeleted.type]);
  });

  it('leaves nothing behind of an auth that has no end user and no umbrella', async () => {
    const auth = await keyedAuth(w, await tokenService(w));
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, authId: auth.id };
    await removeAuth(w.deps, { ...where, ifMatch: undefined });
    expect(w.store.keys().filter((key) => key.includes(auth.id))).toEqual([]);
  });

  it('has the auth read once for an event, and not at all while nobody asks for its user or umbrella', async () => {
    const auth = await connectedAuth(w, await oauth2Service(w), { endUserId: 'ana' });
    const reads: string[] = [];
    const store: Store = {
      ...w.deps.store,
      get: (collection, key) => {
        reads.push(collection.name);
        return w.deps.store.get(collection, key);
      },
    };
    const deps = otherProcess(w.deps, { store });
    await subscribe({ workspaceIds: [w.workspaceId] });
    await planDeliveries(deps, about({ authId: auth.id, workspaceId: w.workspaceId }));
    expect(reads).toEqual([]);
    await subscribe({ endUserIds: ['ana'] });
    await subscribe({ endUserIds: ['eve'], umbrellaIds: [(await umbrella(w)).id] });
    await planDeliveries(deps, about({ authId: auth.id }));
    expect(reads.filter((name) => name === 'auth')).toHaveLength(1);
  });

  it('that asks for an auth which cannot be read keeps no other subscription from hearing; later it is heard too', async () => {
    const auth = await connectedAuth(w, await oauth2Service(w), { endUserId: 'ana' });
    const ana = await subscribe({ endUserIds: ['ana'] });
    const [all, here] = [await subscribe(), await subscribe({ workspaceIds: [w.workspaceId] })];
    const event = newEvent(w.deps, AuthNeedsReconnect, {
      organizationId: w.organizationId,
      data: { ...AuthNeedsReconnect.example, authId: auth.id, workspaceId: w.workspaceId },
    });
    const repair = await spoiledAuth(w, auth);
    await expect(planDeliveries(w.deps, event)).rejects.toThrow('1 of 3 failed.');
    expect([await told(ana), await told(all), await told(here)]).toEqual([
      [],
      ['auth.needs_reconnect'],
      ['auth.needs_reconnect'],
    ]);
    await repair();
    await planDeliveries(w.deps, event);
    expect([await told(ana), await told(all)]).toEqual([['auth.needs_reconnect'], ['auth.needs_reconnect']]);
  });

  it.each([0, 3_000])(
    'that was changed, or is new, holds for all that happens after, also within a second, %i ms late',
    async (late) => {
      const subscriptionId = await subscribe({ workspaceIds: [w.workspaceId] });
      const before = about({ workspaceId: w.workspaceId });
      await w.clock.advance(late);
      await planDeliveries(w.deps, before);
      await w.clock.advance(100);
      await updateSubscription(w.deps, {
        organizationId: w.organizationId,
        subscriptionId,
        input: { filters: null },
        ifMatch: undefined,
      });
      const added = await subscribe();
      await w.clock.advance(100);
      const after = about({ workspaceId: newId('workspace', w.deps) });
      await w.clock.advance(late);
      await planDeliveries(w.deps, after);
      expect([(await told(subscriptionId)).length, (await told(added)).length]).toEqual([2, 1]);
    },
  );

  it('has the list of subscriptions read once while many events of a second wait', async () => {
    await subscribe();
    const events = Array.from({ length: 20 }, () => about({}));
    await w.clock.advance(2_000);
    let lists = 0;
    const store: Store = {
      ...w.deps.store,
      list: (collection, request) => {
        lists += 1;
        return w.deps.store.list(collection, request);
      },
    };
    const deps = otherProcess(w.deps, { store });
    for (const event of events) await planDeliveries(deps, event);
    expect(lists).toBe(1);
  });
});
