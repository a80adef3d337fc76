import { beforeEach, describe, expect, it } from '@jest/globals';
import { day, start } from '../../../../support/deps.ts';
import { connectedAuth, countingTokens, umbrella } from '../../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../../support/watched.ts';
import {
  events,
  failingUntil,
  learn,
  made,
  refused,
  renewed,
  seconds,
  serviceOf,
  setStage,
  w,
} from './stage.ts';

beforeEach(setStage);

describe('the cause of a refusal (R42)', () => {
  it.each([
    ['consent_limit', { lifetime: { consentSeconds: seconds(30) } }, 28],
    ['absolute_limit', { lifetime: { absoluteSeconds: seconds(30) } }, 28],
    ['revoked', { lifetime: { absoluteSeconds: seconds(30), consentSeconds: seconds(40) } }, 26],
  ])('is %s with %j after some days', async (cause, parts, days) => {
    const auth = await made(parts);
    await w.clock.advance(days * day);
    w.http.answers(refused);
    expect(await renewed(auth)).toMatchObject({ state: 'needs_reconnect', cause });
    const [told] = events('auth.needs_reconnect');
    expect(told?.data).toMatchObject({ cause, advice: expect.stringContaining('connect again'), link: null });
  });

  it('is the idle limit where nobody has renewed for so long', async () => {
    const auth = await made({ lifetime: { idleSeconds: seconds(30) } });
    await w.clock.advance(31 * day);
    w.http.answers(refused);
    expect((await renewed(auth)).cause).toBe('idle_limit');
  });

  it('is the outage where the provider did not answer until the clock had run', async () => {
    const auth = await made({ lifetime: { idleSeconds: seconds(5) } });
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 7 * day);
    w.http.answers(refused);
    expect((await renewed(auth)).cause).toBe('provider_outage');
  });

  it('is the client secret where the application was refused until then; before, no auth ends by that', async () => {
    const over = await umbrella(w, {
      consoleUrl: 'https://console.acme.example',
      verification: { status: 'verified' },
    });
    const auth = await made({ umbrellaId: over.id, lifetime: { idleSeconds: seconds(5) } });
    w.http.answers(() => jsonAnswer(401, { error: 'invalid_client' }));
    await failingUntil(auth, start + 7 * day);
    expect(events('auth.needs_reconnect')).toEqual([]);
    expect(events('auth.expired')).toHaveLength(1);
    w.http.answers(refused);
    expect((await renewed(auth)).cause).toBe('client_secret');
    expect(events('auth.needs_reconnect')[0]?.data).toMatchObject({
      link: 'https://console.acme.example',
      advice: expect.stringContaining('client secret'),
    });
  });

  it('is not the age at which others ended, where the auth has outlived that', async () => {
    const auth = await made();
    await learn(auth, 10);
    await w.clock.advance(9.5 * day);
    w.http.answers(refused);
    expect((await renewed(auth)).cause).toBe('consent_limit');
    w.http.answers(countingTokens());
    const older = await connectedAuth(w, (await serviceOf(auth))!);
    await w.clock.advance(20 * day);
    w.http.answers(refused);
    expect((await renewed(older)).cause).toBe('revoked');
  });
});
