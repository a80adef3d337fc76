import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { minute, start, told, world, type World } from '../../../support/deps.ts';
import {
  authNow,
  connectedAuth,
  countingTokens,
  makeAuth,
  oauth2Service,
  tokenUrl,
} from '../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';
import { failures, type FailureCase } from './failure-table.ts';

let w: World;

beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

const issuing = { grant: 'client_credentials', authorizationUrl: undefined };

const authOf = async ({ renewal, auth: parts }: Pick<FailureCase, 'renewal' | 'auth'>): Promise<Auth> => {
  const fields = parts?.['clientId'] === '{{id}}' ? [{ key: 'id' }] : [];
  const auth = renewal === 'issues' ? { ...issuing, ...parts } : parts;
  const service = await oauth2Service(w, { fields, ...(auth && { auth }) });
  return renewal === 'spends'
    ? connectedAuth(w, service)
    : makeAuth(w, { serviceId: service.id, fields: fields.length > 0 ? { id: 'own' } : {} });
};

/** The moment at which the auth is renewed by whoever uses it, and its token still lasts. */
const nearEnd = async ({ credential }: Auth) =>
  w.clock.advance((credential.accessExpiresAt ?? 0) - 20_000 - w.clock.now());

const fresh = (auth: Auth) => freshCredential(w.deps, { organizationId: w.organizationId, authId: auth.id });

const dataOf = (type: string) => w.bus.events.find((event) => event.type === type)?.data;

/** What must be seen of an auth and heard of it, by the class of its failure. */
const effects = {
  terminal: {
    state: 'needs_reconnect',
    cause: 'revoked',
    event: 'auth.needs_reconnect',
    alerts: 0,
    open: false,
  },
  client: { state: 'failing', cause: undefined, event: 'auth.refresh_failed', alerts: 1, open: false },
  transient: { state: 'failing', cause: undefined, event: 'auth.refresh_failed', alerts: 0, open: false },
  unknown: { state: 'failing', cause: undefined, event: 'auth.refresh_failed', alerts: 0, open: true },
} as const;

describe('a failure to renew', () => {
  it('has a table of at least 60 rows, each with a title and a reason', () => {
    expect(failures.length).toBeGreaterThanOrEqual(60);
    expect(failures.every(({ because }) => because !== '')).toBe(true);
  });

  it.each(failures)('is $expected by $title: $because', async (row) => {
    const { does, expected, code, description = null } = row;
    const auth = await authOf(row);
    await nearEnd(auth);
    w.http.answers(does);
    const made = w.http.to(tokenUrl).length;
    const effect = effects[expected];
    const used = await fresh(auth).catch((error: unknown) => error);
    const now = await authNow(w, auth.id);
    const events = told(w).filter((type) => !['auth.connected', 'auth.tested'].includes(type));
    expect({
      used,
      state: now.state,
      cause: now.cause,
      calls: w.http.to(tokenUrl).length - made,
      attempt: now.attempt,
      events: events.toSorted(),
      told: dataOf(effect.event),
      version: now.credential.version,
    }).toMatchObject({
      used: expected === 'terminal' ? { status: 409, code: 'needs_reconnect' } : { id: auth.id },
      state: effect.state,
      cause: effect.cause,
      calls: 1,
      attempt: effect.open ? { until: 0, again: false } : undefined,
      events: [effect.event, ...(effect.alerts > 0 ? ['service.client_rejected'] : [])],
      told: { code, description },
      version: auth.credential.version,
    });
    if (effect.alerts > 0) expect(dataOf('service.client_rejected')).toMatchObject({ code, description });
    if (expected === 'terminal') {
      expect([now.refreshAt, now.failure]).toEqual([undefined, undefined]);
      return;
    }
    expect(now.failure).toMatchObject({ code, count: 1 });
    expect(now.failure?.description ?? null).toBe(description);
    expect((now.refreshAt ?? 0) - w.clock.now()).toBeGreaterThanOrEqual(minute);
    expect((now.refreshAt ?? 0) - w.clock.now()).toBeLessThanOrEqual(2 * minute);
  });

  it('waits as long as Retry-After says, in seconds or as a date, and by chance a little longer', async () => {
    const soon = new Set<number>();
    const service = await oauth2Service(w);
    for (const form of ['seconds', 'date', 'seconds', 'date'] as const) {
      const auth = await connectedAuth(w, service);
      await nearEnd(auth);
      const floor = Math.ceil((w.clock.now() + 10 * minute) / 1000) * 1000;
      const value = form === 'seconds' ? '600' : new Date(floor).toUTCString();
      w.http.answers(() => answer(503, '', [['retry-after', value]]));
      await fresh(auth);
      const wait = ((await authNow(w, auth.id)).refreshAt ?? 0) - w.clock.now();
      expect(wait).toBeGreaterThanOrEqual(10 * minute);
      expect(wait).toBeLessThanOrEqual(12 * minute + 1000);
      soon.add(wait % (10 * minute));
      w.http.answers(countingTokens());
    }
    expect(soon.size).toBe(4);
    expect(w.clock.now()).toBeGreaterThan(start);
  });
});

describe('an application that is refused', () => {
  it('is told of once, however many auths of the service it stops, and ends none of them', async () => {
    const service: Service = await oauth2Service(w);
    const made: Auth[] = [];
    for (let count = 0; count < 100; count += 1) made.push(await connectedAuth(w, service));
    await nearEnd(made[0] as Auth);
    w.http.answers(() => jsonAnswer(401, { error: 'invalid_client' }));
    await Promise.all(made.map(fresh));
    const states = await Promise.all(made.map(async ({ id }) => (await authNow(w, id)).state));
    expect(new Set(states)).toEqual(new Set(['failing']));
    expect(told(w, 'service.client_rejected')).toHaveLength(1);
    expect(told(w, 'auth.needs_reconnect')).toHaveLength(0);
  });
});
