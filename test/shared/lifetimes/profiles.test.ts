import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { catalogueEntries } from '#shared/catalogue/entries.ts';
import { LifetimeProfile } from '#shared/lifetimes/profile.ts';
import { lifetimeProfile, lifetimeProfiles } from '#shared/lifetimes/profiles.ts';

const folder = new URL('../../../shared/lifetimes/', import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

type Row = readonly [
  name: string,
  clocks: readonly string[],
  demo: { readonly days?: number; readonly cap?: number } | null,
];

/** Typed out by hand: days, the clock, and P, S or K for how sure it is; `+` where a rotated token begins anew. */
const table: readonly Row[] = [
  ['google', ['180 idle P'], { days: 7, cap: 100 }],
  ['google-unverified', ['180 idle S'], { cap: 100 }],
  ['meta', ['60 consent P'], { days: 60 }],
  ['instagram', ['60 idle K'], {}],
  ['linkedin', ['365 consent P'], { days: 60 }],
  ['microsoft-entra', ['90 idle P'], {}],
  ['salesforce', [], {}],
  ['quickbooks', ['100 idle P', '1825 absolute P'], {}],
  ['xero', ['60 idle S'], {}],
  ['hubspot', [], { cap: 25 }],
  ['amazon-sp-api', ['365 consent P'], { cap: 25 }],
  ['shopify', ['90 idle K'], {}],
  ['tiktok', ['180 absolute+ P'], { cap: 5 }],
  ['spotify', ['180 consent P'], { cap: 5 }],
  ['strava', [], { cap: 1 }],
  ['pinterest', ['365 idle P', '365 absolute+ P'], {}],
  ['dropbox', [], {}],
  ['zoom', ['90 absolute+ S'], {}],
  ['slack', [], {}],
  ['github-app', ['183 absolute+ P'], null],
  ['atlassian', ['90 idle S', '365 absolute S'], {}],
  ['box', ['60 absolute+ P'], null],
  ['airtable', ['60 absolute+ S'], null],
  ['adobe-acrobat-sign', ['60 idle P'], null],
  ['docusign', ['30 idle S'], {}],
  ['zendesk', ['30 idle S'], null],
  ['miro', ['60 idle S'], null],
  ['netsuite', ['7 absolute S'], null],
  ['zoho', [], null],
  ['x', [], null],
  ['bitbucket', [], null],
];

const letters = { provider: 'P', secondary: 'S', unverified: 'K' };

describe('the lifetime profiles', () => {
  it('are the files of their folder, no fewer and no more', () => {
    expect(lifetimeProfiles().map(({ name }) => name)).toEqual(files.toSorted());
    expect(table.map(([name]) => name).toSorted()).toEqual(files.toSorted());
  });

  it.each(table)('say of %s what is known of it', (name, clocks, demo) => {
    const profile = lifetimeProfile(name)!;
    const told = profile.clocks.map(
      ({ clock, seconds, confidence, restartsAtRotation }) =>
        `${seconds / 86_400} ${clock}${restartsAtRotation ? '+' : ''} ${letters[confidence]}`,
    );
    expect(told).toEqual(clocks);
    const { lifetimeSeconds, userCap } = profile.demo ?? {};
    expect(profile.demo === undefined).toBe(demo === null);
    expect([lifetimeSeconds, userCap]).toEqual([demo?.days && demo.days * 86_400, demo?.cap]);
  });

  it('make an exception for the scopes that let an auth of a test application live', () => {
    expect(lifetimeProfile('google')?.demo?.exceptScopes).toEqual(
      expect.arrayContaining(['openid', 'email', 'profile']),
    );
  });

  it('are named by every definition of the catalogue that names one', () => {
    const named = catalogueEntries().flatMap(({ service }) => service.lifetimeProfile ?? []);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !lifetimeProfile(name))).toEqual([]);
  });

  it.each([
    ['no source', { clock: 'idle', seconds: 60, confidence: 'provider' }],
    ['a confidence that there is none of', { clock: 'idle', seconds: 60, confidence: 'sure', source: 'x' }],
    ['a clock that there is none of', { clock: 'moon', seconds: 60, confidence: 'provider', source: 'x' }],
    ['no life', { clock: 'idle', seconds: 0, confidence: 'provider', source: 'x' }],
  ])('are refused with %s', (_, clock) => {
    expect(LifetimeProfile.safeParse({ name: 'acme', title: 'Acme', clocks: [clock] }).success).toBe(false);
  });

  it('are refused with one clock twice', () => {
    const clock = { clock: 'idle', seconds: 60, confidence: 'provider', source: 'x' };
    const parsed = (clocks: readonly unknown[]) =>
      LifetimeProfile.safeParse({ name: 'acme', title: 'Acme', clocks }).success;
    expect([parsed([clock]), parsed([clock, clock])]).toEqual([true, false]);
  });
});
