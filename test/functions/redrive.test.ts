import { beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { forgetEndUser } from '#shared/domain/end-users/forget.ts';
import { removeMember } from '#shared/domain/members/remove.ts';
import { removeOrganization } from '#shared/domain/organization/remove.ts';
import { removeService } from '#shared/domain/services/remove.ts';
import { deliveries as allDeliveries, deliveryKey } from '#shared/domain/subscriptions/delivery.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { redeliverSince } from '#shared/domain/subscriptions/redeliver.ts';
import { renewSigningSecret } from '#shared/domain/subscriptions/rotate.ts';
import { NewSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { removeUmbrella } from '#shared/domain/umbrellas/remove.ts';
import { setVerification } from '#shared/domain/umbrellas/set-verification.ts';
import { updateUmbrella } from '#shared/domain/umbrellas/update.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { schedules } from '#functions/schedules.ts';
import { askForCount } from '#shared/domain/summary/ask.ts';
import { updateService } from '#shared/domain/services/update.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { personalWorkspace } from '#shared/domain/workspaces/personal.ts';
import { removeWorkspace } from '#shared/domain/workspaces/remove.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Key, Store } from '#shared/ports.ts';
import { react } from '../support/api.ts';
import {
  day,
  hour,
  minute,
  otherProcess,
  passing,
  start,
  told,
  turns,
  world,
  type World,
} from '../support/deps.ts';
import {
  actor,
  authNow,
  connectedAuth,
  countingTokens,
  oauth2Document,
  oauth2Service,
  keyedAuth,
  tokenService,
  callback,
  opened,
  redirectUri,
  tokenUrl,
  sharedWorkspace,
  umbrella,
} from '../support/nouns.ts';
import { anotherOrganization } from '../support/departures.ts';
import { capturedOutput } from '../support/output.ts';
import { person } from '../support/people.ts';
import { spoiledAuth } from '../support/poison.ts';
import { answer, jsonAnswer } from '../support/watched.ts';

let w: World;
let settled: number;

/** All that was ever written, but for the passes of workers, which are out while they work. */
const written = (): unknown[] =>
  (JSON.parse(w.store.dump()) as { written: { collection: string }[] }).written.filter(
    ({ collection }) => collection !== 'passes',
  );

const load = async (entry: string): Promise<unknown> =>
  ((await import(`#functions/${entry}`)) as { handler: unknown }).handler;

/** Gives an event to every reaction that takes it; answers how many messages failed. */
const give = async (event: LatchkeyEvent): Promise<number> => {
  let failed = 0;
  for (const reaction of reactions.filter((each) => takes(each, event.type)))
    failed += await passing(w.clock, react(await load(reaction.entry), [event]));
  return failed;
};

/** Does all that events ask for, and what that asks for in turn. */
const settle = async (): Promise<void> => {
  for (; settled < w.bus.events.length; settled += 1) await give(w.bus.events[settled]!);
};

const live = async (milliseconds: number): Promise<void> => {
  await w.clock.advance(milliseconds);
  for (const { entry } of schedules) await ((await load(entry)) as () => Promise<unknown>)();
  await settle();
};

beforeEach(async () => {
  w = await world();
  provide(w.deps);
  settled = 0;
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === tokenUrl ? tokens() : answer(204)));
});

/** A callback whose process dies after it has kept the answer. */
const interruptedConsent = async (service: Service): Promise<void> => {
  const { state } = await opened(w, { serviceId: service.id });
  const dying = otherProcess(w.deps, {
    store: {
      ...w.deps.store,
      insert: (collection, item) =>
        collection.name === 'auth'
          ? Promise.reject(new Error('gone'))
          : w.deps.store.insert(collection, item),
    },
  });
  await expect(completeConnect(dying, { query: callback(state), redirectUri })).rejects.toThrow('gone');
};

/** An auth whose grant the provider has taken back. */
const refusedGrant = async (auth: Auth): Promise<void> => {
  const http = { send: () => Promise.resolve(jsonAnswer(400, { error: 'invalid_grant' })) };
  const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, authId: auth.id };
  const renewal = refreshNow(otherProcess(w.deps, { http }), where);
  await expect(passing(w.clock, renewal)).rejects.toMatchObject({ code: 'needs_reconnect' });
};

/** A renewal whose answer the vault does not take. */
const heldInEscrow = async (auth: Auth): Promise<void> => {
  const deps = otherProcess(w.deps, {
    vault: { ...w.deps.vault, put: () => Promise.reject(new Error('down')) },
  });
  const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, authId: auth.id };
  await passing(w.clock, refreshNow(deps, where));
  expect(w.store.keys().some((key) => key.includes('ESCROW#'))).toBe(true);
};

/** A person, a workspace and an organization, each with something of its own, that go. */
const departures = async (): Promise<void> => {
  const { organizationId } = w;
  const by = actor(w);
  const common = { force: true, ifMatch: undefined, by };
  await person(w, 'leaver', 'member');
  await personalWorkspace(w.deps, { organizationId, userId: 'leaver' });
  await removeMember(w.deps, { by, userId: 'leaver', handPersonalTo: undefined, ifMatch: undefined });
  const { id: workspaceId } = await sharedWorkspace(w, 'Gone');
  const there = { ...w, workspaceId };
  await connectedAuth(there, await oauth2Service(there));
  await removeWorkspace(w.deps, { ...common, organizationId, workspaceId });
  const other = await anotherOrganization(w);
  await connectedAuth(other, await oauth2Service(other));
  const confirm = other.organizationId;
  await removeOrganization(w.deps, { by: actor(other), confirm, ifMatch: undefined });
};

describe('messages that come again after all is done', () => {
  it('change nothing: no call, no write, no event, whichever reaction they are for', async () => {
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId };
    const input = NewSubscription.parse({
      name: 'Operations',
      target: { type: 'webhook', url: 'https://hook.example/in' },
      events: ['auth.*', 'service.*', 'umbrella.*'],
    });
    const { organizationId } = w;
    const { subscription } = await createSubscription(w.deps, { organizationId, input });
    const subscriber = { organizationId, subscriptionId: subscription.id };
    const hourly = { ...input, digest: 'hourly' as const, filters: { workspaceIds: [w.workspaceId] } };
    await createSubscription(w.deps, { organizationId, input: hourly });
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 604_800 } });
    const unused = await umbrella(w);
    const revocation = { auth: { revocationUrl: 'https://acme.example/oauth/revoke' } };
    const [service, doomed, edited] = [
      await oauth2Service(w, {
        umbrellaId: demo.id,
        auth: { ...revocation.auth, clientSecretExpiresAt: new Date(start + 2 * day).toISOString() },
      }),
      await oauth2Service(w, revocation),
      await oauth2Service(w),
    ];
    const auths = [
      await connectedAuth(w, service),
      await connectedAuth(w, service),
      await connectedAuth(w, edited),
    ];
    await connectedAuth(w, doomed);
    const refused = await connectedAuth(w, service);
    const deaf = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await setVerification(deaf, {
      by: actor(w),
      umbrellaId: demo.id,
      input: { status: 'in_review', authLifetimeSeconds: 604_800 },
      ifMatch: undefined,
    });
    const output = capturedOutput();
    await live(hour);
    await refusedGrant(refused);
    await keyedAuth(w, await tokenService(w, { test: { path: '/me', expect: [204] } }));
    await interruptedConsent(service);
    await heldInEscrow(auths[0]!);
    const stuck = otherProcess(w.deps, {
      vault: { ...w.deps.vault, remove: () => Promise.reject(new Error('gone')) },
    });
    const removing = removeAuth(stuck, { ...where, authId: auths[1]!.id, ifMatch: undefined });
    await expect(removing).rejects.toThrow('gone');
    await updateService(w.deps, {
      ...where,
      serviceId: edited.id,
      ifMatch: undefined,
      input: ServiceInput.parse(oauth2Document({ auth: { clientId: 'another' } })),
    });
    await removeService(w.deps, { ...where, serviceId: doomed.id, force: true, ifMatch: undefined });
    const ofUmbrella = { organizationId: w.organizationId, ifMatch: undefined };
    await updateUmbrella(w.deps, { ...ofUmbrella, umbrellaId: demo.id, input: { userCap: 2 } });
    await removeUmbrella(w.deps, { ...ofUmbrella, umbrellaId: unused.id });
    await askForCount(w.deps, { organizationId: w.organizationId }, undefined);
    await connectedAuth(w, service, { endUserId: 'ada' });
    await forgetEndUser(w.deps, { ...where, endUserId: 'ada' });
    await departures();
    await live(2 * minute);
    await renewSigningSecret(w.deps, { ...subscriber, overlapSeconds: 3600 });
    await redeliverSince(w.deps, { ...subscriber, since: 0, which: 'all' });
    for (let hours = 0; hours < 4 * 24; hours += 1) await live(hour);
    await live(minute);
    output.stop();

    // Every reaction had its work, or this would show nothing.
    for (const { on } of reactions) expect(w.bus.events.some(({ type }) => takes({ on }, type))).toBe(true);
    expect(told(w, 'auth.expiring').length).toBeGreaterThan(0);
    expect(told(w, 'service.client_secret_expiring')).toHaveLength(3);
    expect(w.store.keys().some((key) => key.includes('ENDS#'))).toBe(true);
    expect(told(w, 'umbrella.cap_near').length).toBeGreaterThan(0);
    expect((await authNow(w, auths[0]!.id)).state).toBe('active');

    const before = [w.http.requests.length, w.bus.events.length, written()];
    for (const event of w.bus.events.slice())
      expect([event.type, await give(event)]).toEqual([event.type, 0]);
    expect([w.http.requests.length, w.bus.events.length, written()]).toEqual(before);
  }, 60_000);

  it('leave an auth that is set aside as it is', async () => {
    const auth = await connectedAuth(w, await oauth2Service(w));
    const repair = await spoiledAuth(w, auth);
    const output = capturedOutput();
    for (let round = 0; round < 8; round += 1) await live(15 * minute);
    output.stop();
    // Whoever looks for the auth in the log finds where the error came from, and not what it says.
    expect(output.text()).toContain(`"authId":"${auth.id}"`);
    expect(output.text()).toContain('"name":"ZodError"');
    expect(output.text()).not.toContain('expected string');
    const before = [w.http.requests.length, w.bus.events.length, written()];
    const quiet = capturedOutput();
    for (const event of w.bus.events.slice()) expect(await give(event)).toBe(0);
    quiet.stop();
    expect([w.http.requests.length, w.bus.events.length, written()]).toEqual(before);
    await repair();
  });
});

describe('a message that nobody can read', () => {
  const good = { source: 'latchkey' };

  it.each(reactions.map(({ name, entry }) => [name, entry] as const))(
    'fails alone, each time, and so ends as a dead letter: %s',
    async (_, entry) => {
      const handler = (await load(entry)) as (batch: unknown) => Promise<unknown>;
      const bodies = [
        '',
        '{',
        'null',
        '{"detail": {}}',
        JSON.stringify({ ...good, detail: { id: 'evt_1' } }),
      ];
      const output = capturedOutput();
      const Records = bodies.map((body, index) => ({ messageId: `message-${index}`, body }));
      const failed = { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      expect(await handler({ Records })).toEqual(failed);
      expect(await handler({ Records })).toEqual(failed);
      output.stop();
      expect(output.text()).toContain('message-4');
    },
  );

  it('does not keep those of its batch, before and behind it, from being done', async () => {
    await connectedAuth(w, await oauth2Service(w));
    await connectedAuth(w, await oauth2Service(w));
    const [first, second] = w.bus.events.filter(({ type }) => type === 'auth.connected');
    const handler = (await load('events/record-history.ts')) as (batch: unknown) => Promise<unknown>;
    const bodies = [JSON.stringify({ detail: first }), '{"detail"', JSON.stringify({ detail: second })];
    const Records = bodies.map((body, index) => ({ messageId: `message-${index}`, body }));
    const output = capturedOutput();
    expect(await handler({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
    output.stop();
    for (const event of [first, second])
      expect(w.store.keys().some((key) => key.includes(`HIST#${event?.id}`))).toBe(true);
  });

  it('about many, of whom one fails, is done for all others, also those behind', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 604_800 } });
    const service = await oauth2Service(w, { umbrellaId: demo.id });
    const some = [
      await connectedAuth(w, service),
      await connectedAuth(w, service),
      await connectedAuth(w, service),
    ];
    await spoiledAuth(w, some[0]!);
    await w.clock.advance(4 * day);
    const due = { ...w.bus.events[0]!, type: 'auth.expiry_due', data: { authIds: some.map(({ id }) => id) } };
    const output = capturedOutput();
    expect(await react(await load('events/tell-endings.ts'), [due])).toBe(1);
    output.stop();
    const expiring = w.bus.events.filter(({ type }) => type === 'auth.expiring');
    expect(expiring.map(({ data }) => data['authId'])).toEqual([some[1]!.id, some[2]!.id]);
  });

  /** Loses one item of some when it is read, as one that cannot be read would. */
  const unreadable = (collection: string, sort: (key: Key) => boolean): void => {
    const get: Store['get'] = (of, key) =>
      of.name === collection && sort(key) ? Promise.reject(new Error('spoiled')) : w.deps.store.get(of, key);
    provide(otherProcess(w.deps, { store: { ...w.deps.store, get } }));
  };

  it('about many escrows, of which one cannot be read, lets the vault take all others', async () => {
    const service = await oauth2Service(w);
    const [first, second] = [await connectedAuth(w, service), await connectedAuth(w, service)];
    await heldInEscrow(first);
    await heldInEscrow(second);
    await w.clock.advance(2 * minute);
    await sweepFromStart(w.deps);
    const due = w.bus.events.find(({ type }) => type === 'auth.escrow_due')!;
    const held = (due.data['held'] as { authId: string }[]).toSorted(
      (one, other) => Number(other.authId === first.id) - Number(one.authId === first.id),
    );
    unreadable('escrow', ({ partition }) => partition.includes(first.id));
    const output = capturedOutput();
    const message = { ...due, data: { held } };
    expect(await react(await load('events/apply-escrows.ts'), [message])).toBe(1);
    output.stop();
    expect((await authNow(w, second.id)).credential.version).not.toBe(second.credential.version);
  });

  it('about many connect sessions, of which one cannot be read, settles all others', async () => {
    const service = await oauth2Service(w);
    await interruptedConsent(service);
    await interruptedConsent(service);
    await w.clock.advance(hour);
    await sweepFromStart(w.deps);
    const due = w.bus.events.find(({ type }) => type === 'connect.session_due')!;
    const [first] = due.data['sessionIds'] as string[];
    unreadable('connect_session', ({ partition }) => partition.includes(first!));
    const output = capturedOutput();
    expect(await react(await load('events/settle-sessions.ts'), [due])).toBe(1);
    output.stop();
    expect(told(w, 'auth.connected')).toHaveLength(1);
  });

  it('about many digests, of which one cannot be read, composes all others', async () => {
    const digest = async () => {
      const input = NewSubscription.parse({
        name: 'Operations',
        target: { type: 'webhook', url: 'https://hook.example/in' },
        events: ['auth.*'],
        digest: 'hourly',
      });
      return (await createSubscription(w.deps, { organizationId: w.organizationId, input })).subscription.id;
    };
    const [first, second] = [await digest(), await digest()];
    await connectedAuth(w, await oauth2Service(w));
    await planDeliveries(
      w.deps,
      w.bus.events.find(({ type }) => type === 'auth.connected')!,
    );
    await w.clock.advance(hour + minute);
    await sweepFromStart(w.deps);
    const due = w.bus.events.find(({ type }) => type === 'subscription.digest_due')!;
    unreadable('digest_window', ({ partition }) => partition.includes(first));
    const output = capturedOutput();
    expect(await react(await load('events/compose-digests.ts'), [due])).toBe(1);
    output.stop();
    const told = w.bus.events.filter(({ type }) => type === 'delivery.due');
    expect(told.map(({ data }) => data)).toMatchObject([{ deliveries: [{ subscriptionId: second }] }]);
  });

  it('about many deliveries, of which one cannot be read, is done only when all others are', async () => {
    const subscriber = async (name: string) => {
      const input = NewSubscription.parse({
        name,
        target: { type: 'webhook', url: `https://${name}.example/in` },
        events: ['auth.*'],
      });
      return (await createSubscription(w.deps, { organizationId: w.organizationId, input })).subscription.id;
    };
    const [first, second] = [await subscriber('one'), await subscriber('two')];
    await connectedAuth(w, await oauth2Service(w));
    const connected = w.bus.events.find(({ type }) => type === 'auth.connected')!;
    await planDeliveries(w.deps, connected);
    const deliveries = [first, second].map((subscriptionId) => ({ subscriptionId, eventId: connected.id }));
    const due = { ...connected, type: 'delivery.due', data: { deliveries } };
    w.http.answers(async () => {
      await turns();
      return answer(204);
    });
    unreadable('delivery', ({ partition }) => partition.includes(first));
    const output = capturedOutput();
    expect(await react(await load('events/deliver.ts'), [due])).toBe(1);
    output.stop();
    const place = { organizationId: w.organizationId, subscriptionId: second, eventId: connected.id };
    expect(await w.deps.store.get(allDeliveries, deliveryKey(place))).toMatchObject({ status: 'delivered' });
  });
});
