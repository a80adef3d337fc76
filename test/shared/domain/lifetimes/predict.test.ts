import { describe, expect, it } from '@jest/globals';
import { lifetimeOf } from '#shared/domain/lifetimes/lifetime.ts';
import { predictedEnd, type Life } from '#shared/domain/lifetimes/predict.ts';
import { day, hour, start } from '../../../support/deps.ts';

const limit = (days: number, restarts = false) => ({
  milliseconds: days * day,
  confidence: 'provider' as const,
  restarts,
});

const life = (parts: Partial<Life> = {}): Life => ({
  lifetime: {},
  consentedAt: start,
  obtainedAt: start,
  tokenSince: start,
  renewal: 'refresh',
  now: start,
  ...parts,
});

const endOf = (parts: Partial<Life>) => {
  const found = predictedEnd(life(parts));
  return found && `${found.reason} ${(found.end - start) / day}${found.moves ? ' moves' : ''}`;
};

describe('the predicted end', () => {
  it('is none where no clock is known, nor for an access token that is renewed', () => {
    expect(endOf({})).toBeUndefined();
    expect(endOf({ accessExpiresAt: start + hour })).toBeUndefined();
    expect(endOf({ renewal: 'issue', accessExpiresAt: start + hour })).toBeUndefined();
  });

  it('counts from the consent by the consent clock, renewed or not', () => {
    expect(endOf({ lifetime: { consent: limit(365) }, obtainedAt: start + 9 * day })).toBe('consent 365');
  });

  it('counts from the last renewal by the idle clock, and moves with each', () => {
    expect(endOf({ lifetime: { idle: limit(60) } })).toBe('idle 60 moves');
    expect(endOf({ lifetime: { idle: limit(60) }, obtainedAt: start + 9 * day })).toBe('idle 69 moves');
    expect(endOf({ lifetime: { idle: limit(60) }, usedAt: start + 9 * day })).toBe('idle 60 moves');
  });

  it('counts by the idle clock from the last call where nothing renews, and no renewal moves it', () => {
    const parts = { renewal: 'none' as const, lifetime: { idle: limit(60) } };
    expect(endOf({ ...parts, usedAt: start + 9 * day })).toBe('idle 69');
  });

  it('counts from the first issue by the absolute clock, or from the issue of the token in hand where that restarts it', () => {
    const renewed = { obtainedAt: start + 9 * day, tokenSince: start + 9 * day };
    expect(endOf({ lifetime: { absolute: limit(60) }, ...renewed })).toBe('absolute 60');
    expect(endOf({ lifetime: { absolute: limit(60, true) }, ...renewed })).toBe('absolute 69 moves');
  });

  it('does not move by the absolute clock where a renewal has left the token as it was', () => {
    const renewed = { obtainedAt: start + 9 * day, tokenSince: start };
    expect(endOf({ lifetime: { absolute: limit(60, true) }, ...renewed })).toBe('absolute 60');
  });

  it('is what the provider told of the refresh token, though its idle and absolute clocks are shorter or longer', () => {
    const lifetime = { idle: limit(60), absolute: limit(100) };
    expect(endOf({ lifetime, refreshExpiresAt: start + 80 * day })).toBe('announced 80 moves');
    expect(endOf({ lifetime, refreshExpiresAt: start + 200 * day })).toBe('announced 200 moves');
    expect(endOf({ lifetime, refreshExpiresAt: start + 80 * day, endStays: true })).toBe('announced 80');
  });

  it('is the consent clock although the provider told of a later one', () => {
    const parts = { lifetime: { consent: limit(30) }, refreshExpiresAt: start + 80 * day };
    expect(endOf(parts)).toBe('consent 30');
  });

  it('is that of the access token where nothing renews it', () => {
    const parts = { renewal: 'none' as const, lifetime: { idle: limit(1) } };
    expect(endOf({ ...parts, accessExpiresAt: start + 60 * day })).toBe('announced 60');
  });

  it('is that of the test status where that comes first', () => {
    const demo = { end: start + 7 * day };
    expect(endOf({ lifetime: { consent: limit(30) }, demo })).toBe('demo 7');
    expect(endOf({ lifetime: { consent: limit(3) }, demo })).toBe('consent 3');
  });

  it('is the age at which others ended, where that comes first, and marked as learned; outlived, it says nothing', () => {
    const parts = { lifetime: { consent: limit(30) }, suspectedLifetime: (20 * day) / 1000 };
    expect(endOf(parts)).toBe('learned 20');
    expect(predictedEnd(life(parts))?.confidence).toBe('learned');
    expect(endOf({ ...parts, now: start + 20 * day })).toBe('consent 30');
    expect(endOf({ ...parts, suspectedLifetime: (40 * day) / 1000 })).toBe('consent 30');
  });

  it('knows neither rest nor age where the credential is asked for anew each time', () => {
    const lifetime = { idle: limit(1), absolute: limit(1), consent: limit(30) };
    expect(endOf({ renewal: 'issue', lifetime })).toBe('consent 30');
  });
});

describe('the lifetime of a service', () => {
  it('is its profile, each clock with how sure it is', () => {
    const { idle, absolute, demo } = lifetimeOf({ lifetimeProfile: 'atlassian' });
    expect(idle).toEqual({ milliseconds: 90 * day, confidence: 'secondary', restarts: false });
    expect(absolute?.milliseconds).toBe(365 * day);
    expect(demo?.lifetimeSeconds).toBeUndefined();
  });

  it('is what it states itself before its profile, clock by clock', () => {
    const own = lifetimeOf({ lifetimeProfile: 'atlassian', lifetime: { idleSeconds: 60 } });
    expect(own.idle).toEqual({ milliseconds: 60_000, confidence: 'stated', restarts: false });
    expect(own.absolute?.milliseconds).toBe(365 * day);
  });

  it('is nothing where it names a profile of before there were such files', () => {
    expect(lifetimeOf({ lifetimeProfile: 'acme' }).idle).toBeUndefined();
  });
});
