import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routes } from '#functions/routes.ts';
import { word } from './planted-requests.ts';
import { plantedWorld, type Planted, type Seen } from './planted-world.ts';
import { walk } from './walk.ts';

let planted: Planted;

beforeAll(async () => {
  planted = await plantedWorld();
  await walk(planted);
}, 120_000);

afterAll(() => planted.output.stop());

/** The answers that may show one drawn secret, and why. */
const shows: Readonly<Record<string, (seen: Seen) => boolean>> = {
  'second key': ({ route, answered }) => route === 'createKey' && answered.status === 201,
  'organization key': ({ route, answered }) => route === 'createOrganization' && answered.status === 201,
  'rotated key': ({ route, answered }) => route === 'rotateKey' && answered.status === 201,
  'webhook secret': ({ route, answered }) => route === 'createSubscription' && answered.status === 201,
  'second webhook secret': ({ route, answered }) => route === 'renewSigningSecret' && answered.status === 200,
  'end user token': ({ route, answered }) => route === 'createEndUserSession' && answered.status === 201,
  // The page's own address; and, when the provider said no, the person's way to try again.
  link: ({ route }) => /^start(Own)?ConnectSession$|^completeConnect$/.test(route),
  state: ({ route, answered }) =>
    ['openConnectPage', 'submitConnectPage'].includes(route) && answered.headers['location'] !== undefined,
};

/** A token that is handed out is meant to be seen; nothing else in that answer is. */
const textOf = ({ route, answered }: Seen): string => {
  const { accessToken, ...rest } = answered.json;
  const meant =
    route === 'handOutAccessToken' && /^planted-(imported-)?access(-\d+)?$/.test(String(accessToken));
  return JSON.stringify([answered.headers, meant ? rest : answered.text]);
};

/** What no server key can do. */
const ofPeople = ['putPersonalWorkspace'];

const answers = () => planted.seen.map((each) => ({ ...each, text: textOf(each) }));

describe('with secrets planted everywhere, through every route, reaction and schedule', () => {
  it('every route was called with success and without', () => {
    for (const { route } of routes) {
      const statuses = planted.seen
        .filter((each) => each.route === route.name)
        .map(({ answered }) => answered.status);
      const name = route.name;
      const good = ofPeople.includes(name) || statuses.some((status) => status < 400);
      expect({ name, good }).toEqual({ name, good: true });
      const open = ['getHealth', 'getApiDocument'].includes(name);
      expect({ name, bad: open || statuses.some((status) => status >= 400) }).toEqual({ name, bad: true });
    }
  });

  it('the way was walked: consents, renewals, failures, endings, deliveries and deletions happened', () => {
    const { w, drawn, output } = planted;
    const types = new Set(w.bus.events.map(({ type }) => type));
    for (const type of [
      'auth.connected',
      'auth.refreshed',
      'auth.refresh_failed',
      'auth.needs_reconnect',
      'auth.at_risk',
      'auth.expiring',
      'auth.expired',
      'auth.deleted',
      'service.client_rejected',
      'service.client_secret_expiring',
      'service.client_secret_rolled_over',
      'service.legacy_sunset',
      'service.moved',
      'service.updated',
      'service.removal_begun',
      'auth.tested',
      'auth.credential_read',
      'auth.revoked',
      'auth.risk_acknowledged',
      'umbrella.verification_changed',
      'umbrella.cap_changed',
      'umbrella.removal_begun',
      'member.removed',
      'workspace.removal_due',
      'organization.removal_due',
      'delivery.due',
      'subscription.digest_due',
    ])
      expect([...types]).toContain(type);
    expect(
      w.http.requests.some(({ headers }) => headers.some(([name]) => name === 'webhook-signature')),
    ).toBe(true);
    expect(w.http.requests.some(({ url }) => url.includes(`token=${word}-access`))).toBe(true);
    expect(output.text()).toContain('The call failed.');
    expect(drawn.size).toBeGreaterThan(20);
    for (const [name, text] of drawn) expect({ name, long: text.length > 40 }).toEqual({ name, long: true });
  });

  it('no log line holds one', () => {
    const { drawn, output } = planted;
    expect(output.text()).not.toContain(word);
    for (const [name, text] of drawn)
      expect({ name, logged: output.text().includes(text) }).toEqual({ name, logged: false });
  });

  it('no event holds one', () => {
    const { w, drawn } = planted;
    const events = JSON.stringify(w.bus.events);
    expect(events).not.toContain(word);
    for (const [name, text] of drawn)
      expect({ name, told: events.includes(text) }).toEqual({ name, told: false });
  });

  it('nothing that was ever written to the store holds one', () => {
    const { w, drawn } = planted;
    const dump = w.store.dump();
    const at = dump.indexOf(word);
    expect(dump.slice(Math.max(0, at - 200), at === -1 ? 0 : at + 100)).toBe('');
    for (const [name, text] of drawn)
      expect({ name, stored: dump.includes(text) }).toEqual({ name, stored: false });
  });

  it('no answer holds one, but those that are made to show it once', () => {
    const { drawn } = planted;
    for (const { text, ...each } of answers()) {
      const { route, answered } = each;
      expect({ route, status: answered.status, at: text.includes(word) ? text.slice(0, 2000) : '' }).toEqual({
        route,
        status: answered.status,
        at: '',
      });
      for (const [name, value] of drawn) {
        if (!text.includes(value)) continue;
        const kind = name.replace(/ \d+$/, '');
        expect({ route, name, shown: shows[kind]?.(each) ?? false }).toEqual({ route, name, shown: true });
      }
    }
  });

  it('no URL that was called holds a secret of an application', () => {
    const { w } = planted;
    for (const { url } of w.http.requests)
      expect(url).not.toMatch(/planted-(client|second|third|next)-secret|planted-refresh|planted-code/);
  });

  it('every read and write of the store and the vault names an organization that the walk called as, or made', () => {
    const { w, asked, owners } = planted;
    const made = planted.seen
      .filter(({ route }) => ['createOrganization', 'deleteOrganization'].includes(route))
      .map(({ answered: { json } }) => json[json['organizationId'] === undefined ? 'id' : 'organizationId'])
      .filter((one) => typeof one === 'string');
    expect(new Set(made).size).toBe(2);
    const own = [w.organizationId, ...made];
    // A state is all that a provider sends back, an external id all that a token says; how far the sweep has come is no organization's.
    const nobodys = ['connect_state', 'watermark', 'deployment', 'external_organization'];
    // The walk opens a link that names an organization of zeros, and asks for the receipt of one.
    const zeros = `ORG#org_${'0'.repeat(26)}`;
    const forged = [`${zeros}#CS#cs_${'0'.repeat(26)}`, `${zeros}#REMOVAL`, 'ORGANIZATIONS'];
    const strange = asked.filter(
      ({ collection, partition }) =>
        !nobodys.includes(collection) &&
        !forged.includes(partition) &&
        !own.some((one) => partition === `ORG#${one}` || partition.startsWith(`ORG#${one}#`)),
    );
    expect([...new Set(strange.map(({ collection, partition }) => `${collection} ${partition}`))]).toEqual(
      [],
    );
    expect([...new Set(owners)].filter((owner) => !own.includes(owner))).toEqual([]);
    expect(new Set(asked.map(({ collection }) => collection)).size).toBeGreaterThan(25);
  });

  it('what was deleted has left nothing in the vault', () => {
    const { w } = planted;
    const gone = planted.seen
      .filter(({ route, answered }) => route === 'deleteAuth' && answered.status === 204)
      .map(({ sent }) => sent.path.split('/').at(-1) ?? '');
    expect(gone.length).toBeGreaterThan(8);
    for (const authId of gone) expect(w.vault.paths().filter((path) => path.includes(authId))).toEqual([]);
  });
});
