import { beforeEach, describe, expect, it } from '@jest/globals';
import { showService } from '#shared/domain/services/view.ts';
import { day, start } from '../../../support/deps.ts';
import { oauth2Service } from '../../../support/nouns.ts';
import { edited } from '../../../support/types.ts';
import { ended, endsOf, serviceNow } from './told.ts';
import {
  aDay,
  atAges,
  ends,
  fiveAWeek,
  hears,
  lifetimeNews,
  mark,
  service,
  setStage,
  w,
  week,
} from './stage.ts';

beforeEach(setStage);

describe('a service whose auths end at one age', () => {
  it('bears that age from the fifth end on, and one event says so', async () => {
    await ends(...fiveAWeek.slice(0, 4));
    expect(await mark()).toBeUndefined();
    await ends(fiveAWeek[4]!);
    expect(await mark()).toEqual({ seconds: week, since: start, ends: 5 });
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected']);
    expect(w.bus.events.at(-1)?.data).toEqual({
      serviceId: service.id,
      workspaceId: w.workspaceId,
      environment: 'production',
      seconds: week,
      ends: 5,
      advice: expect.stringContaining('Look whether the provider has approved'),
    });
  });

  it('is told of once, however many end so', async () => {
    await ends(...atAges(Array.from({ length: 40 }, (_, index) => week + index * 60)));
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected']);
    expect((await endsOf(w, service))?.ends).toHaveLength(20);
  });

  it('learns nothing of ages that are scattered', async () => {
    await ends(...atAges(Array.from({ length: 30 }, (_, index) => Math.round(3600 * 1.3 ** index))));
    expect(await mark()).toBeUndefined();
    expect(lifetimeNews()).toEqual([]);
  });

  it('counts what is within 10 % of one age, and not what is just beyond', async () => {
    // All are within 10 % of 1,000 seconds, or all but one.
    const within = atAges([900, 950, 1000, 1050, 1100]);
    const other = await oauth2Service(w);
    for (const lived of atAges([899, 950, 1000, 1050, 1100])) await hears(ended(w, other, lived));
    expect((await serviceNow(w, other)).suspectedLifetimes).toBeUndefined();
    await ends(...within);
    expect(await mark()).toMatchObject({ seconds: 1000, ends: 5 });
  });

  it('looks at the last 20 ends alone', async () => {
    await ends(...fiveAWeek.slice(0, 4));
    const others = Array.from({ length: 17 }, (_, index) => Math.round(2 * week * 1.25 ** index));
    await ends(...others.map((seconds, index) => ({ auth: 10 + index, seconds })));
    // Its end is later than all, so that only three of the four before are left beside it.
    await ends({ auth: 50, seconds: week, consentedAt: start + 10_000 * day });
    expect(await mark()).toBeUndefined();
  });

  it('learns of each environment apart', async () => {
    await ends(...fiveAWeek.map((lived) => ({ ...lived, environment: 'sandbox' })));
    expect(await mark()).toBeUndefined();
    expect(await mark('sandbox')).toMatchObject({ seconds: week });
    await ends(...atAges([aDay, aDay, aDay, aDay, aDay], 20));
    expect(showService(await serviceNow(w, service))).toMatchObject({
      suspectedLifetime: { seconds: aDay, since: '2026-03-02T09:00:00.000Z', ends: 5 },
      environments: {
        sandbox: { suspectedLifetime: { seconds: week, since: '2026-03-02T09:00:00.000Z', ends: 5 } },
      },
    });
  });

  it('keeps its public version, so that an edit of somebody who read it before goes through', async () => {
    await ends(...fiveAWeek);
    expect((await serviceNow(w, service)).version).toBe(service.version);
    expect((await serviceNow(w, service)).updatedAt).toBe(service.updatedAt);
  });

  it('shows null while nothing is learned, and takes back what it shows', async () => {
    const shown = showService(service);
    expect([shown.suspectedLifetime, shown['environments']]).toMatchObject([
      null,
      { sandbox: { suspectedLifetime: null } },
    ]);
    await ends(...fiveAWeek);
    const again = await edited(w, service, showService(await serviceNow(w, service)));
    expect(again.definition).toEqual(service.definition);
    expect(await mark()).toMatchObject({ seconds: week });
  });
});
