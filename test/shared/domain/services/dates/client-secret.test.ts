import { beforeEach, describe, expect, it } from '@jest/globals';

import { sweep } from '#shared/domain/schedule/sweep.ts';
import { getService } from '#shared/domain/services/get.ts';
import { removeService } from '#shared/domain/services/remove.ts';
import { showService } from '#shared/domain/services/view.ts';
import { tellServiceDates } from '#shared/domain/services/tell-dates.ts';
import { day, hour, minute, start } from '../../../../support/deps.ts';
import { connectedAuth, oauth2Document, umbrella } from '../../../../support/nouns.ts';
import { serviceOf } from '../../../../support/types.ts';
import {
  at,
  expiring,
  leadDays,
  live,
  patch,
  secretNews,
  setStage,
  stormy,
  w,
  where,
  work,
} from './stage.ts';

beforeEach(setStage);

describe('the end of a client secret', () => {
  it.each([1, 2, 3])(
    'is told at each lead time exactly once over 100 days, whatever bus, queue and processes do (storm %i)',
    async (seed) => {
      const box = { auth: { clientId: 'box', clientSecret: 'box', clientSecretExpiresAt: at(60 * day) } };
      await serviceOf(w, expiring(at(40 * day), { environments: { sandbox: box } }));
      await live(100 * day, hour, stormy(seed));
      for (const [environment, end] of [
        ['production', 40],
        ['sandbox', 60],
      ] as const) {
        const news = secretNews().filter(({ data }) => data['environment'] === environment);
        expect(news.map(({ data }) => Number(data['leadSeconds']) / 86_400)).toEqual([14, 7, 3, 1, 0]);
        for (const { time, data } of news) {
          const due = start + end * day - Number(data['leadSeconds']) * 1000;
          expect(Date.parse(time)).toBeGreaterThanOrEqual(due);
          expect(Date.parse(time) - due).toBeLessThanOrEqual(4 * hour);
        }
      }
    },
    60_000,
  );

  it('is told at once, and once, when the date is set within its lead times; then at those that follow', async () => {
    const service = await serviceOf(w, oauth2Document());
    await live(hour);
    await patch(service, { auth: { clientSecretExpiresAt: at(5 * day) } });
    await w.clock.advance(minute);
    // Nobody has to wait for the sweep that reads from the beginning.
    await sweep(w.deps);
    await work(w.deps);
    expect(leadDays()).toEqual([7]);
    await live(day);
    expect(leadDays()).toEqual([7]);
    await live(8 * day);
    expect(leadDays()).toEqual([7, 3, 1, 0]);
  });

  it('that is past when it is set is told of once', async () => {
    const service = await serviceOf(w, oauth2Document());
    await live(hour);
    await patch(service, { auth: { clientSecretExpiresAt: '1969-07-20T00:00:00Z' } });
    await live(day);
    expect(leadDays()).toEqual([0]);
    expect((await getService(w.deps, where(service))).version).toBe(2);
  });

  it('begins anew with another date, and is told of no more without one', async () => {
    const service = await serviceOf(w, expiring(at(8 * day)));
    await live(2 * day);
    expect(leadDays()).toEqual([14, 7]);
    await patch(service, { auth: { clientSecretExpiresAt: at(20 * day) } });
    await live(5 * day);
    expect(leadDays()).toEqual([14, 7, 14]);
    await patch(service, { auth: { clientSecretExpiresAt: null } });
    await live(20 * day);
    expect(leadDays()).toEqual([14, 7, 14]);
  });

  it('is not told twice when the same date is set again', async () => {
    const service = await serviceOf(w, expiring(at(8 * day)));
    await live(2 * day);
    await patch(service, { auth: { clientSecretExpiresAt: null } });
    await live(hour);
    await patch(service, { auth: { clientSecretExpiresAt: at(8 * day) } });
    await live(hour);
    expect(leadDays()).toEqual([14, 7]);
  });

  it('skips the lead times that passed while nothing ran', async () => {
    await serviceOf(w, expiring(at(30 * day)));
    await w.clock.advance(28 * day);
    await live(hour);
    expect(leadDays()).toEqual([3]);
  });

  it('is told without raising the version that readers see', async () => {
    const service = await serviceOf(w, expiring(at(2 * day)));
    await live(hour);
    const after = await getService(w.deps, where(service));
    expect(leadDays()).toEqual([3]);
    expect(after.version).toBe(service.version);
    expect(showService(after)).toEqual(showService(service));
  });

  it('is told of no more once the service is being deleted', async () => {
    const service = await serviceOf(w, expiring(at(8 * day)));
    await live(hour);
    await removeService(w.deps, { ...where(service), force: false, ifMatch: undefined });
    const before = secretNews().length;
    await live(10 * day);
    await tellServiceDates(w.deps, { organizationId: w.organizationId, serviceId: service.id });
    expect(secretNews()).toHaveLength(before);
  });

  it('is told with what it takes down, what to do, and where', async () => {
    const { id: umbrellaId } = await umbrella(w, { consoleUrl: 'https://console.example/credentials' });
    const service = await serviceOf(w, expiring(at(10 * day), { umbrellaId, environments: { sandbox: {} } }));
    await connectedAuth(w, service);
    await connectedAuth(w, service);
    await live(hour);
    expect(secretNews()[0]?.data).toEqual({
      serviceId: service.id,
      workspaceId: w.workspaceId,
      environment: 'production',
      expiresAt: at(10 * day),
      leadSeconds: 14 * 86_400,
      nextSet: false,
      auths: { count: 2, atLeast: false },
      authsUrl: `https://latchkey.example/v1/auths?serviceId=${service.id}`,
      advice: expect.stringContaining('auth.nextClientSecret'),
      link: 'https://console.example/credentials',
    });
    await patch(service, { auth: { nextClientSecret: 'planted-next' } });
    await live(4 * day);
    expect(secretNews().at(-1)?.data).toMatchObject({
      nextSet: true,
      leadSeconds: 7 * 86_400,
      advice: expect.stringContaining('takes over by itself'),
    });
    await patch(service, { auth: { clientSecret: 'other' } });
    await live(7 * day);
    expect(secretNews().at(-1)?.data).toMatchObject({
      leadSeconds: 0,
      advice: expect.stringContaining('set it as auth.clientSecret'),
    });
    expect(JSON.stringify(w.bus.events)).not.toContain('planted');
  });

  it.each(['tomorrow', '2026-02-30T00:00:00Z', 7])('is a time in ISO 8601, not %p', async (wrong) => {
    const service = await serviceOf(w, oauth2Document({ environments: { sandbox: {} } }));
    const auth = { clientSecretExpiresAt: wrong };
    await expect(patch(service, { auth })).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.auth.clientSecretExpiresAt' }],
    });
    await expect(patch(service, { environments: { sandbox: { auth } } })).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.environments.sandbox.auth.clientSecretExpiresAt' }],
    });
  });
});
