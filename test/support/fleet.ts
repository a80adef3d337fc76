import { breakers } from '#shared/domain/breaker/breaker.ts';
import { auths, authKey, type Auth } from '#shared/domain/auths/auth.ts';
import { loadCredential, openCredential } from '#shared/domain/auths/credential.ts';
import { RefreshDue } from '#shared/domain/auths/due-events.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { foundOrganization } from '#shared/domain/deployment/found.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { inUse } from '#shared/domain/services/current.ts';
import { reactions } from '#functions/reactions.ts';
import { schedules } from '#functions/schedules.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import { memoryStore } from '#shared/memory/store.ts';
import { memoryVault } from '#shared/memory/vault.ts';
import type { Bus, Deps, Store } from '#shared/ports.ts';
import { hour, memoryPorts, minute, otherProcess, passing, turns, type World } from './deps.ts';
import { connectedAuth, makeAuth, oauth2Service } from './nouns.ts';
import { strictProvider } from './strict-provider.ts';

/** Counts the tries that an open breaker has let through: each is one write of it. */
const countingProbes = (inner: Store) => {
  const count = { probes: 0 };
  const store: Store = {
    ...inner,
    replace: async (collection, item) => {
      const key = collection.place(item).key;
      const before = collection.name === breakers.name ? await inner.get(breakers, key) : undefined;
      const written = await inner.replace(collection, item);
      const after = written && before ? await inner.get(breakers, key) : undefined;
      if ((after?.opened?.probes ?? 0) > (before?.opened?.probes ?? 0)) count.probes += 1;
      return written;
    },
  };
  return { store, count };
};

/** A queue of what is to be renewed, as many workers at its end as are deployed, and a count of all else that was told. */
const renewing = () => {
  const free = { workers: reactions.find(({ name }) => name === 'refresh-auths')?.concurrency ?? 0 };
  const waiting: LatchkeyEvent[] = [];
  const told: LatchkeyEvent[] = [];
  const failures: unknown[] = [];
  const work = async (deps: Deps): Promise<void> => {
    for (let event = waiting.shift(); event; event = waiting.shift())
      await refreshDueAuths(deps, event.organizationId, RefreshDue.data.parse(event.data)).then(
        (mishaps) => failures.push(...mishaps),
        (error: unknown) => failures.push(error),
      );
    free.workers += 1;
  };
  const bus: Bus = {
    publish: (events) => {
      for (const event of events) (event.type === RefreshDue.type ? waiting : told).push(event);
      return Promise.resolve();
    },
  };
  const start = (deps: Deps) => {
    for (; free.workers > 0 && waiting.length > 0; free.workers -= 1) void work(otherProcess(deps));
  };
  return { bus, start, told, failures };
};

const rateOf = (schedule: string) => schedules.find(({ name }) => name === schedule)?.everyMinutes ?? 0;

/** A deployment in memory with auths of one service, its schedules and workers on virtual time. */
export const fleet = async (seed: number) => {
  const ports = memoryPorts(seed);
  const { clock } = ports;
  const queue = renewing();
  const { store, count } = countingProbes(memoryStore(clock));
  const provider = strictProvider(clock);
  const deps: Deps = { ...ports.deps, store, vault: memoryVault(), bus: queue.bus, http: provider.http };
  const where: World = { ...ports, deps, ...(await foundOrganization(deps)) };
  const { organizationId } = where;
  const service = await oauth2Service(where, { auth: { refresh: { rotation: 'strict' } } });
  const ids: string[] = [];
  const called: { readonly failures: unknown[]; served: number } = { failures: [], served: 0 };
  let minutes = 0;
  let callers = 0;

  /** A call through the proxy as far as its token goes. */
  const callProvider = (authId: string) =>
    freshCredential(otherProcess(deps), { organizationId, authId }).then(
      ({ credential }) => {
        called.served += (credential.accessExpiresAt ?? 0) > clock.now() ? 1 : 0;
      },
      (error: unknown) => called.failures.push(error),
    );

  /** One minute passes: what is due is swept and renewed, and those who call do so. */
  const passMinute = async () => {
    if (minutes % rateOf('sweep') === 0) await sweep(otherProcess(deps));
    if (minutes % rateOf('sweep-from-start') === 0) await sweepFromStart(otherProcess(deps));
    minutes += 1;
    queue.start(deps);
    for (const authId of ids.slice(0, callers)) void callProvider(authId);
    await turns(3);
    for (let second = 0; second < 60; second += 1) {
      await clock.advance(1000);
      queue.start(deps);
    }
  };

  const pass = async (milliseconds: number) => {
    for (const end = clock.now() + milliseconds; clock.now() < end;) await passMinute();
  };

  /** Tokens of a person's consent elsewhere, brought here at once. */
  const bring = async (name: string): Promise<Auth> => {
    const {
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: life,
    } = provider.consent(name);
    const expiresAt = new Date(clock.now() + life * 1000).toISOString();
    return makeAuth(where, {
      serviceId: service.id,
      credential: { accessToken, refreshToken, expiresAt },
    });
  };

  /** Connects auths, evenly over an hour: the first by the whole way of a consent. */
  const connect = async (number: number) => {
    ids.push((await passing(clock, connectedAuth(where, service))).id);
    for (let past = 1; past <= hour / minute; past += 1) {
      for (; ids.length < (number * past * minute) / hour;)
        ids.push((await bring(`person-${ids.length}`)).id);
      await passMinute();
    }
  };

  const authsNow = async (): Promise<readonly Auth[]> => {
    const found = await Promise.all(ids.map((id) => deps.store.get(auths, authKey(organizationId, id))));
    return found.filter((auth) => auth !== undefined);
  };

  /** Whether an auth is well, and the provider's API takes the token that it would be called with. */
  const isHealthy = async (auth: Auth): Promise<boolean> => {
    if (auth.state !== 'active') return false;
    const known = inUse(service, auth.environment);
    const credential = await loadCredential(deps, auth, auth.credential.version);
    return provider.takes((credential && openCredential(credential, known))?.values['access_token'] ?? '');
  };

  return {
    deps,
    clock,
    provider,
    connect,
    pass,
    authsNow,
    isHealthy,
    called,
    probes: () => count.probes,
    /** From now on the first auths are called once a minute. */
    areCalled: (number: number) => {
      callers = number;
    },
    /** What was published besides requests to renew. */
    told: queue.told,
    /** Errors of workers, of which there should be none. */
    failures: queue.failures,
  };
};

export type Fleet = Awaited<ReturnType<typeof fleet>>;
