import { beforeEach, describe, expect, it } from '@jest/globals';
import { day, start } from '../../../support/deps.ts';
import { oauth2Document } from '../../../support/nouns.ts';
import { edited } from '../../../support/types.ts';
import { ended, endsOf, serviceNow, type Lived } from './told.ts';
import {
  aDay,
  atAges,
  ends,
  fiveAWeek,
  hears,
  lifetimeNews,
  lives,
  mark,
  service,
  setStage,
  w,
  week,
} from './stage.ts';

beforeEach(setStage);

describe('an age that was learned', () => {
  const consentedAt = start + day;
  const older = (auth: number): Lived => ({ auth, consentedAt, seconds: Math.floor(week * 1.1) + 60 });

  it('is withdrawn when three auths have outlived it, and one event says so', async () => {
    await ends(...fiveAWeek);
    await lives(older(101), older(102));
    expect(await mark()).toMatchObject({ seconds: week });
    await lives(older(103));
    expect(await mark()).toBeUndefined();
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected', 'service.lifetime_withdrawn']);
    expect(w.bus.events.at(-1)?.data).toEqual({
      serviceId: service.id,
      workspaceId: w.workspaceId,
      environment: 'production',
      seconds: week,
      reason: 'outlived',
    });
  });

  it('is outlived by an auth that ends later, too, and by each auth once', async () => {
    await ends(...fiveAWeek);
    await lives(older(101), { ...older(101), epoch: 2 }, older(101));
    await ends({ ...older(101), seconds: 2 * week });
    expect(await mark()).toMatchObject({ seconds: week });
    await ends({ ...older(102), seconds: 3 * week }, { ...older(103), seconds: 5 * week });
    expect(await mark()).toBeUndefined();
  });

  it('is not outlived by what is within 10 % of it', async () => {
    await ends(...fiveAWeek);
    const almost = Math.floor(week * 1.1);
    await lives(...[101, 102, 103, 104].map((auth) => ({ auth, consentedAt, seconds: almost })));
    expect(await mark()).toMatchObject({ seconds: week });
  });

  it('is not outlived by auths consented to before those that ended: an approval may have been lost since', async () => {
    await ends(...fiveAWeek);
    await lives(...[101, 102, 103, 104].map((auth) => ({ ...older(auth), consentedAt: start - 1 })));
    expect(await mark()).toMatchObject({ seconds: week });
  });

  it('does not come back by the ends that spoke for it, but by five others', async () => {
    await ends(...fiveAWeek);
    await lives(older(101), older(102), older(103));
    await ends(...atAges([week, week, week, week], 20));
    expect(await mark()).toBeUndefined();
    await ends(...atAges([week], 30));
    expect(await mark()).toMatchObject({ seconds: week, ends: 5 });
  });

  it('stays when auths end before it: who is warned connects again in time, so that few are left to end at it', async () => {
    await ends(...fiveAWeek);
    const early = Array.from({ length: 20 }, (_, index) => Math.round(300 * 1.3 ** index));
    await ends(
      ...early.map((seconds, index) => ({ auth: 50 + index, seconds, consentedAt: start + 30 * day })),
    );
    expect(
      (await endsOf(w, service))?.ends.filter(({ seconds }) => seconds >= week && seconds < 2 * week),
    ).toEqual([]);
    expect(await mark()).toMatchObject({ seconds: week });
    expect(lifetimeNews()).toEqual(['service.lifetime_suspected']);
  });

  it('gives way to a younger one at which more end', async () => {
    await ends(...fiveAWeek);
    await ends(...atAges([aDay, aDay, aDay, aDay, aDay], 20));
    expect(await mark()).toMatchObject({ seconds: week });
    await ends(...atAges([aDay], 30));
    expect(await mark()).toMatchObject({ seconds: aDay, ends: 6 });
    expect(w.bus.events.slice(-2).map(({ type, data }) => [type, data['seconds'], data['reason']])).toEqual([
      ['service.lifetime_withdrawn', week, 'replaced'],
      ['service.lifetime_suspected', aDay, undefined],
    ]);
  });

  it('survives an edit that ends no auth', async () => {
    await ends(...fiveAWeek);
    const { definition } = service;
    await edited(w, service, oauth2Document({ name: 'Other', environments: definition.environments }));
    expect(await mark()).toMatchObject({ seconds: week });
    await lives(older(101), older(102), older(103));
    expect(await mark()).toBeUndefined();
  });

  it.each([
    ['another application', { clientId: 'another' }],
    ['other endpoints', { tokenUrl: 'https://other.example/oauth/token' }],
  ])(
    'is dropped by an edit to %s, which is told, and what was told before teaches nothing of that',
    async (_, auth) => {
      await ends(...fiveAWeek, ...fiveAWeek.map((lived) => ({ ...lived, environment: 'sandbox' })));
      const late = [6, 7, 8, 9, 10].map((number) => ended(w, service, { auth: number, seconds: week }));
      const sandbox = {
        sandbox: { auth: { clientId: 'sandbox', tokenUrl: 'https://acme.example/oauth/token' } },
      };
      await edited(w, service, oauth2Document({ auth, environments: sandbox }));
      expect(await mark()).toBeUndefined();
      expect(await mark('sandbox')).toMatchObject({ seconds: week });
      expect(w.bus.events.filter(({ type }) => type.endsWith('_withdrawn')).map(({ data }) => data)).toEqual([
        expect.objectContaining({ environment: 'production', seconds: week, reason: 'service_changed' }),
      ]);
      const before = w.store.dump();
      for (const event of late) await hears(event);
      expect(w.store.dump()).toBe(before);
    },
  );

  it('is dropped with its environment', async () => {
    await ends(...fiveAWeek.map((lived) => ({ ...lived, environment: 'sandbox' })));
    const late = ended(w, service, { auth: 9, seconds: week, environment: 'sandbox' });
    await edited(w, service, oauth2Document());
    await hears(late);
    expect((await serviceNow(w, service)).suspectedLifetimes).toBeUndefined();
  });
});
