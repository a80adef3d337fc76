import { beforeEach, describe, expect, it } from '@jest/globals';
import { day, hour, start } from '../../../../support/deps.ts';
import { authNow, countingTokens, umbrella } from '../../../../support/nouns.ts';
import { answer } from '../../../../support/watched.ts';
import { events, failingUntil, leadsTold, made, refused, seconds, setStage, until, w } from './stage.ts';

beforeEach(setStage);

describe('an auth whose end a renewal moves', () => {
  it('is never told of while it is renewed, and at each lead time once renewing fails', async () => {
    const auth = await made({ lifetime: { idleSeconds: seconds(60) } });
    expect(auth.prediction).toMatchObject({ end: auth.credential.obtainedAt + 60 * day, reason: 'idle' });
    await until(auth, start + 100 * day);
    expect(w.bus.events.filter(({ type }) => type.startsWith('auth.expir'))).toEqual([]);
    const { prediction } = await authNow(w, auth.id);
    expect(prediction!.end).toBeGreaterThan(start + 158 * day);
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 170 * day);
    expect(leadsTold()).toEqual([14, 7, 3, 1]);
    expect(events('auth.expired')).toHaveLength(1);
    expect(events('auth.expiring')[0]?.data).toMatchObject({ reason: 'idle' });
  });

  it('is told of no more when renewing works again, and of the new end alone', async () => {
    const auth = await made({ lifetime: { idleSeconds: seconds(20) } });
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 15 * day);
    expect(leadsTold()).toEqual([14, 7]);
    w.http.answers(countingTokens());
    await until(auth, start + 50 * day);
    expect(events('auth.recovered')).toHaveLength(1);
    expect(leadsTold()).toEqual([14, 7]);
    expect((await authNow(w, auth.id)).prediction?.end).toBeGreaterThan(start + 68 * day);
  });

  it('is renewed well before its rest is over, though its access token lives longer', async () => {
    w.http.answers(countingTokens({ expires_in: seconds(100) }));
    const auth = await made({ lifetime: { idleSeconds: seconds(10) } });
    expect(auth.refreshAt).toBeLessThanOrEqual(start + 9 * day);
    await until(auth, start + 60 * day);
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'active' });
    expect(leadsTold()).toEqual([]);
  });
});

describe('an end behind another that renewals move', () => {
  const hoursTold = () => events('auth.expiring').map(({ data }) => Number(data['leadSeconds']) / 3600);
  const ofAWeek = async () => {
    const { id } = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: seconds(7) } });
    return made({ umbrellaId: id });
  };

  it('is told of at each of its lead times, though the nearer one never comes', async () => {
    w.http.answers(countingTokens({ refresh_token_expires_in: seconds(1) }));
    const auth = await ofAWeek();
    expect(auth.prediction).toMatchObject({ end: start + day, reason: 'announced', moves: true });
    expect(events('auth.at_risk')[0]?.data).toMatchObject({
      endsAt: new Date(start + 7 * day).toISOString(),
    });
    await until(auth, start + 7 * day - hour);
    expect(hoursTold()).toEqual([72, 24, 4]);
    expect(events('auth.expiring').map(({ data }) => data['reason'])).toEqual(['demo', 'demo', 'demo']);
    w.http.answers(refused);
    await until(auth, start + 8 * day);
    expect(events('auth.expired').map(({ data }) => data['reason'])).toEqual(['demo']);
    expect(await authNow(w, auth.id)).toMatchObject({ cause: 'provider_test_status' });
  });

  it('is not told of again after the nearer one was', async () => {
    w.http.answers(countingTokens({ refresh_token_expires_in: seconds(1) }));
    const auth = await ofAWeek();
    await until(auth, start + 5 * day);
    expect(hoursTold()).toEqual([72]);
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 5 * day + 20 * hour);
    w.http.answers(countingTokens({ refresh_token_expires_in: seconds(1) }));
    await until(auth, start + 7 * day - hour);
    const ofTheStatus = events('auth.expiring').filter(({ data }) => data['reason'] === 'demo');
    expect(ofTheStatus.map(({ data }) => Number(data['leadSeconds']) / 3600)).toEqual([72, 24, 4]);
    expect(events('auth.expiring').length).toBeGreaterThan(3);
  });

  it('is told of no more once the nearer one has come', async () => {
    w.http.answers(countingTokens({ refresh_token_expires_in: seconds(1) }));
    const auth = await ofAWeek();
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 8 * day);
    expect(events('auth.expired').map(({ data }) => data['reason'])).toEqual(['announced']);
    expect(events('auth.expiring').map(({ data }) => data['reason'])).not.toContain('demo');
  });
});
