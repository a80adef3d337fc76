import { beforeEach, describe, expect, it } from '@jest/globals';
import { pause } from '#shared/domain/breaker/breaker.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import type { Auth } from '#shared/domain/auths/auth.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { EgressRefused, HttpFailure } from '#shared/ports.ts';
import { hour, minute, otherProcess, passing, told, world, type World } from '../../../support/deps.ts';
import { authNow, connectedAuth, countingTokens, oauth2Service, tokenUrl } from '../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let service: Service;
let auths: Auth[];
let made: number;

const calls = () => w.http.to(tokenUrl).length - made;
const due = (auth: Auth) =>
  freshCredential(
    otherProcess(w.deps),
    { organizationId: w.organizationId, authId: auth.id },
    { ahead: true },
  ).catch((error: unknown) => error);
const now = (auth: Auth) => authNow(w, auth.id);
const down = () => answer(503);

/** Renews them all one after the other, as the schedule would. */
const allDue = async () => {
  for (const auth of auths) await due(auth);
};

beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  service = await oauth2Service(w);
  auths = [];
  for (let count = 0; count < 12; count += 1) auths.push(await connectedAuth(w, service));
  made = w.http.to(tokenUrl).length;
  // Every token is due to be renewed, and still good for minutes.
  await w.clock.advance(56 * minute);
});

describe('the breaker of a token endpoint', () => {
  it('opens after five failures in a row: no other call is made, and one event says so', async () => {
    w.http.answers(down);
    await allDue();
    expect(calls()).toBe(5);
    expect(told(w, 'service.renewals')).toEqual(['service.renewals_paused']);
    expect(w.bus.events.find(({ type }) => type === 'service.renewals_paused')?.data).toEqual({
      serviceId: service.id,
      workspaceId: w.workspaceId,
      code: 'http_503',
    });
  });

  it('leaves those that were not called for as they are: their tokens are good, and they wait for the provider', async () => {
    w.http.answers(down);
    await allDue();
    const [called, spared] = [await now(auths[0]!), await now(auths[11]!)];
    expect([called.state, spared.state]).toEqual(['failing', 'active']);
    expect(spared.failure).toBeUndefined();
    expect(spared.attempt).toBeUndefined();
    expect(spared.refreshAt! - w.clock.now()).toBeGreaterThanOrEqual(minute);
    expect(spared.refreshAt! - w.clock.now()).toBeLessThanOrEqual(3 * minute);
    expect(told(w, 'auth.refresh_failed')).toHaveLength(5);
  });

  it('marks an auth as failing whose token ends meanwhile, and its callers are told without a call', async () => {
    w.http.answers(down);
    await allDue();
    const before = calls();
    await w.clock.advance(10 * minute);
    await due(auths[10]!);
    const called = calls();
    expect(called).toBe(before + 1);
    await expect(
      freshCredential(w.deps, { organizationId: w.organizationId, authId: auths[11]!.id }),
    ).rejects.toMatchObject({ status: 502, code: 'refresh_failed' });
    expect(calls()).toBe(called);
    expect(await now(auths[11]!)).toMatchObject({ state: 'failing', failure: { code: 'http_503' } });
  });

  it('lets one call try after a minute, then after two, and every four', async () => {
    w.http.answers(down);
    await allDue();
    const waits: number[] = [];
    let last = w.clock.now();
    for (let passed = 0; passed < 40; passed += 1) {
      await w.clock.advance(minute);
      const before = calls();
      await allDue();
      expect(calls() - before).toBeLessThanOrEqual(1);
      if (calls() === before) continue;
      waits.push((w.clock.now() - last) / minute);
      last = w.clock.now();
    }
    // Those that wait come back within two minutes after the time of the next try.
    expect(waits.length).toBeGreaterThanOrEqual(6);
    waits.forEach((wait, probes) => {
      expect(wait).toBeGreaterThanOrEqual(pause(probes) / minute);
      expect(wait).toBeLessThanOrEqual(pause(probes) / minute + 2);
    });
    expect([0, 1, 2, 3, 50].map(pause)).toEqual([1, 2, 4, 4, 4].map((minutes) => minutes * minute));
  });

  it('lets one of many processes try, not each of them', async () => {
    w.http.answers(down);
    await allDue();
    await w.clock.advance(4 * minute);
    const before = calls();
    await Promise.all(auths.map(due));
    expect(calls()).toBe(before + 1);
  });

  it('brings those soon that met a try under way: it may be the one that is answered', async () => {
    w.http.answers(down);
    await allDue();
    await w.clock.advance(4 * minute);
    w.http.answers(countingTokens());
    await Promise.all(auths.map(due));
    const waits = await Promise.all(auths.map(async (auth) => (await now(auth)).refreshAt! - w.clock.now()));
    const met = waits.filter((wait) => wait < 10 * minute);
    expect(met.length).toBeGreaterThanOrEqual(10);
    expect(Math.max(...met)).toBeLessThanOrEqual(90_000);
  });

  it('closes with the first answer, whatever it says of the grant, and one event says so', async () => {
    w.http.answers(down);
    await allDue();
    await w.clock.advance(4 * minute);
    w.http.answers(() => jsonAnswer(400, { error: 'invalid_grant' }));
    await due(auths[11]!);
    w.http.answers(countingTokens());
    await w.clock.advance(40 * minute);
    await allDue();
    expect(told(w, 'service.renewals')).toEqual(['service.renewals_paused', 'service.renewals_resumed']);
    expect(w.bus.events.find(({ type }) => type === 'service.renewals_resumed')?.data['pausedSeconds']).toBe(
      240,
    );
    const states = await Promise.all(auths.slice(0, 11).map(async (auth) => (await now(auth)).state));
    expect(new Set(states)).toEqual(new Set(['active']));
    expect((await now(auths[11]!)).state).toBe('needs_reconnect');
  });

  it('is not closed by a call that was never sent: an address that must not be called has answered nobody', async () => {
    w.http.answers(down);
    await allDue();
    await w.clock.advance(4 * minute);
    w.http.answers(() => Promise.reject(new EgressRefused('private')));
    await due(auths[11]!);
    expect(told(w, 'service.renewals')).toEqual(['service.renewals_paused']);
  });

  it('is not opened by failures among which the provider answers', async () => {
    let count = 0;
    const good = countingTokens();
    w.http.answers(() => ((count += 1) % 5 === 0 ? good() : down()));
    await allDue();
    expect(calls()).toBe(12);
    expect(told(w, 'service.renewals')).toEqual([]);
  });

  it('is not opened by failures among calls that are under way together, while the provider answers the others', async () => {
    const good = countingTokens();
    let count = 0;
    w.http.answers(async () => {
      const place = (count += 1);
      await w.clock.sleep(place * 10);
      return place % 2 === 0 ? down() : good();
    });
    const worker = otherProcess(w.deps);
    const renew = ({ id: authId }: Auth) =>
      freshCredential(worker, { organizationId: w.organizationId, authId }, { ahead: true });
    await passing(w.clock, Promise.all(auths.map(renew)), 10);
    expect(calls()).toBe(12);
    expect(told(w, 'service.renewals')).toEqual([]);
    w.http.answers(down);
    await w.clock.advance(hour);
    await allDue();
    expect(told(w, 'service.renewals')).toEqual(['service.renewals_paused']);
  });

  it.each([
    ['is opened by connections that fail', true, () => Promise.reject(new HttpFailure('connect', false))],
    ['is opened by answers that are lost', true, () => Promise.reject(new HttpFailure('reset', true))],
    ['is opened by a limit on requests', true, () => jsonAnswer(429, {})],
    ['is not opened by grants that are over', false, () => jsonAnswer(400, { error: 'invalid_grant' })],
  ])('%s', async (_, opens, answers) => {
    w.http.answers(answers);
    await allDue();
    expect(told(w, 'service.renewals_paused')).toHaveLength(opens ? 1 : 0);
    expect(calls()).toBe(opens ? 5 : 12);
  });

  it('is opened by a refused application without another word: one alert of the service, none of an auth', async () => {
    w.http.answers(() => jsonAnswer(401, { error: 'invalid_client' }));
    await allDue();
    expect(calls()).toBe(5);
    expect(told(w, 'service.')).toEqual(['service.client_rejected']);
    expect(told(w, 'auth.refresh_failed')).toEqual([]);
    expect(await now(auths[0]!)).toMatchObject({ state: 'active', failure: { code: 'invalid_client' } });
    w.http.answers(countingTokens());
    for (let passed = 0; passed < 10; passed += 1) {
      await w.clock.advance(minute);
      await allDue();
    }
    expect(new Set(await Promise.all(auths.map(async (auth) => (await now(auth)).failure)))).toEqual(
      new Set([undefined]),
    );
    expect(told(w, 'service.')).toEqual(['service.client_rejected']);
  });

  it('is not opened by a vault that does not keep the answers: the provider is well', async () => {
    const broken = otherProcess(w.deps, {
      clock: { ...w.clock, sleep: () => Promise.resolve() },
      vault: { ...w.deps.vault, put: () => Promise.reject(new Error('down')) },
    });
    for (const { id: authId } of auths)
      await freshCredential(broken, { organizationId: w.organizationId, authId }, { ahead: true });
    expect(told(w, 'service.renewals')).toEqual([]);
  });

  it('does not hold a person back who asks for a renewal now; what comes of it closes it', async () => {
    w.http.answers(down);
    await allDue();
    w.http.answers(countingTokens());
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, authId: auths[11]!.id };
    expect(await refreshNow(w.deps, where)).toMatchObject({ state: 'active' });
    expect(told(w, 'service.renewals').at(-1)).toBe('service.renewals_resumed');
    await w.clock.advance(3 * minute);
    await allDue();
    expect(told(w, 'auth.refreshed').length).toBeGreaterThanOrEqual(12);
  });

  it('is one for each host: a customer whose own server is down delays no other', async () => {
    const tenants = await oauth2Service(w, {
      name: 'Tenants',
      hosts: ['*.tenants.example'],
      fields: [{ key: 'tenant' }],
      auth: { tokenUrl: 'https://{{tenant}}.tenants.example/token' },
    });
    const make = (tenant: string) => connectedAuth(w, tenants, { fields: { tenant } });
    const [sound, ...sick] = [await make('sound'), await make('sick'), await make('sick')];
    await w.clock.advance(56 * minute);
    const good = countingTokens();
    w.http.answers(({ url }) => (url.includes('sick') ? down() : good()));
    for (let round = 0; round < 6; round += 1) {
      for (const auth of sick) await due(auth);
      await w.clock.advance(20 * minute);
    }
    expect(told(w, 'service.renewals')).toEqual(['service.renewals_paused']);
    expect(await due(sound)).toMatchObject({ state: 'active' });
  });

  it('costs no token when it cannot be written', async () => {
    const broken = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        insert: (collection, item) =>
          collection.name === 'breaker'
            ? Promise.reject(new Error('down'))
            : w.deps.store.insert(collection, item),
      },
    });
    w.http.answers(down);
    const ref = { organizationId: w.organizationId, authId: auths[0]!.id };
    expect(await freshCredential(broken, ref, { ahead: true })).toMatchObject({ state: 'failing' });
    w.http.answers(countingTokens());
    await w.clock.advance(hour);
    expect(await freshCredential(broken, ref, { ahead: true })).toMatchObject({ state: 'active' });
  });
});
