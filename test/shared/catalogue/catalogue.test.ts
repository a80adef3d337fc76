import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { documentFrom, needsOf, type Given } from '#shared/catalogue/document.ts';
import { catalogueEntries, catalogueEntry } from '#shared/catalogue/entries.ts';
import { CatalogueEntry } from '#shared/catalogue/entry.ts';
import { lifetimeProfile } from '#shared/lifetimes/profiles.ts';
import { createService } from '#shared/domain/services/create.ts';
import type { AppError } from '#shared/errors.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { world } from '../../support/deps.ts';

const folder = new URL('../../../shared/catalogue/services/', import.meta.url);
const entries = catalogueEntries();
const named = entries.map((entry) => [entry.name, entry] as const);

/** All that an entry asks for, made up. */
const givenFor = (entry: CatalogueEntry): Given =>
  Object.fromEntries(needsOf(entry).map((need) => [need, need === 'acknowledgeRisk' ? true : 'x']));

/** Every text in a value, whatever it is nested in. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const membersIn = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null
    ? [...Object.keys(value), ...Object.values(value).flatMap(membersIn)]
    : [];

describe('the catalogue', () => {
  it('has at least 40 entries, and all types and grants among them', () => {
    expect(entries.length).toBeGreaterThanOrEqual(40);
    const kinds = entries.map(({ service: { auth } }) => `${auth.type} ${auth.grant ?? ''}`.trim());
    expect([...new Set(kinds)].sort()).toEqual([
      'login',
      'oauth1 fixed_tokens',
      'oauth1 three_legged',
      'oauth2 authorization_code',
      'oauth2 client_credentials',
      'oauth2 password',
      'token',
    ]);
  });

  it('lists every file of its folder, once, in the order of their names', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
    expect(entries.map(({ name }) => name)).toEqual(files.sort());
    for (const file of files) {
      const content: unknown = JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8'));
      expect(content).toEqual(catalogueEntry(file));
    }
  });

  it('knows no entry of another name', () => {
    expect(catalogueEntry('constructor')).toBeUndefined();
    expect(catalogueEntry('')).toBeUndefined();
  });

  it('refuses an entry that brings an OAuth application with it', () => {
    const { service, ...entry } = entries[0]!;
    const withClient = { ...entry, service: { ...service, auth: { ...service.auth, clientId: 'theirs' } } };
    expect(CatalogueEntry.safeParse({ ...entry, service }).success).toBe(true);
    expect(CatalogueEntry.safeParse(withClient).success).toBe(false);
  });
});

describe('an entry', () => {
  it.each(named)('%s is a service document once its OAuth application is given', (_, entry) => {
    const parsed = ServiceInput.safeParse(documentFrom(entry, givenFor(entry)));
    expect(parsed.error?.issues ?? []).toEqual([]);
  });

  it.each(named)('%s becomes a service: something fills each of its placeholders', async (_, entry) => {
    const { deps, organizationId, workspaceId } = await world();
    const input = ServiceInput.parse(documentFrom(entry, givenFor(entry)));
    const made = createService(deps, { organizationId, workspaceId, input }).catch(
      (error: unknown) => (error as AppError).details,
    );
    expect(await made).toMatchObject({ definition: { name: entry.title } });
  });

  it.each(named.filter(([, entry]) => needsOf(entry).length > 0))(
    '%s is none while its OAuth application is missing',
    (_, entry) => {
      expect(ServiceInput.safeParse(documentFrom(entry, {})).success).toBe(false);
    },
  );

  it.each(named)('%s names only HTTPS, and the page of its facts', (_, entry) => {
    expect(textsIn(entry).filter((text) => /^http:/i.test(text))).toEqual([]);
    expect(entry.documentationUrl).toMatch(/^https:\/\//);
    expect(entry.service.documentationUrl).toBe(entry.documentationUrl);
  });

  it.each(named)('%s holds no secret', (_, entry) => {
    const forbidden = ['clientId', 'clientSecret', 'privateKey', 'consumerKey', 'consumerSecret', 'secrets'];
    expect(membersIn(entry).filter((member) => forbidden.includes(member))).toEqual([]);
    // A key or token is a long run of letters and digits mixed; names, URLs and scopes are not.
    const keyLike = /(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{24,}/;
    const outsideLinks = textsIn(entry).filter((text) => text !== entry.documentationUrl);
    expect(outsideLinks.filter((text) => keyLike.test(text))).toEqual([]);
  });

  it.each(named.filter(([, { service }]) => service.lifetimeProfile !== undefined))(
    '%s has a lifetime profile that there is, and agrees with it',
    (_, { service }) => {
      const profile = lifetimeProfile(service.lifetimeProfile!);
      expect(profile).toBeDefined();
      const refresh = service.auth['refresh'] as { rotation?: string; graceSeconds?: number } | undefined;
      expect(refresh?.graceSeconds).toBe(profile?.rotation?.grace?.seconds);
      expect(refresh?.rotation === 'none').toBe(profile?.rotation?.rotates === false);
    },
  );
});

describe('what a builder gives', () => {
  const slack = catalogueEntry('slack')!;

  it('goes into the document beside what the entry has', () => {
    const document = documentFrom(slack, { name: 'Our Slack', clientId: 'id', clientSecret: 'text' });
    expect(document).toMatchObject({
      name: 'Our Slack',
      baseUrl: slack.service.baseUrl,
      auth: { ...slack.service.auth, clientId: 'id', clientSecret: 'text' },
    });
  });

  it('is left out where nothing is given, and leaves the entry as it was', () => {
    const telegram = catalogueEntry('telegram')!;
    expect(documentFrom(telegram, { clientId: undefined })).toEqual(telegram.service);
    expect(documentFrom(slack, { clientId: 'id' })).not.toHaveProperty('auth.clientSecret');
    expect(slack.service.auth).not.toHaveProperty('clientId');
  });

  it.each([
    ['github-app', ['clientId', 'clientSecret']],
    ['okta-service-app', ['clientId', 'privateKey']],
    ['reddit-script', ['clientId', 'clientSecret', 'acknowledgeRisk']],
    ['flickr', ['consumerKey', 'consumerSecret', 'acknowledgeRisk']],
    ['stripe', []],
    ['metabase', []],
  ])('is for %s: %j', (name, needs) => {
    expect(needsOf(catalogueEntry(name)!)).toEqual(needs);
  });

  it('must say itself that the risk of a discouraged type is known', () => {
    const flickr = catalogueEntry('flickr')!;
    const given = { consumerKey: 'x', consumerSecret: 'x' };
    expect(ServiceInput.safeParse(documentFrom(flickr, given)).success).toBe(false);
    expect(ServiceInput.safeParse(documentFrom(flickr, { ...given, acknowledgeRisk: true })).success).toBe(
      true,
    );
  });
});
