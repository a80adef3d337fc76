import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { startConnect } from '#shared/domain/connect/start.ts';
import { showOrganization, updateOrganization } from '#shared/domain/organization/policy.ts';
import { createFromCatalogue, FromCatalogue } from '#shared/domain/services/create-from-catalogue.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { showService } from '#shared/domain/services/view.ts';
import { hour, told, world, type World } from '../../../support/deps.ts';
import { countingTokens, makeAuth, oauth2Document, tokenDocument } from '../../../support/nouns.ts';
import { clientDocument, edited, passwordDocument, serviceOf } from '../../../support/types.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

const set = (discouragedTypes: 'allowed' | 'forbidden', ifMatch?: string) =>
  updateOrganization(w.deps, { organizationId: w.organizationId, edit: { discouragedTypes }, ifMatch });
const forbidden = { status: 403, code: 'type_forbidden' };
const fields = { username: 'u', password: 'p' };

const oauth1Document = (parts: object = {}) => ({
  name: 'Old',
  baseUrl: 'https://api.old.example',
  auth: {
    type: 'oauth1',
    grant: 'three_legged',
    requestTokenUrl: 'https://old.example/request',
    authorizationUrl: 'https://old.example/authorize',
    accessTokenUrl: 'https://old.example/access',
    consumerKey: 'key',
    consumerSecret: 'secret',
    acknowledgeRisk: true,
    ...parts,
  },
});
const discouraged: [string, { readonly auth: object }][] = [
  ['the password grant', passwordDocument()],
  ['OAuth 1', oauth1Document()],
];

describe('a discouraged type', () => {
  it.each(discouraged)('needs to be acknowledged: %s (R33)', (_, document) => {
    for (const acknowledgeRisk of [undefined, false, 'yes']) {
      const { error } = ServiceInput.safeParse({ ...document, auth: { ...document.auth, acknowledgeRisk } });
      expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['auth.acknowledgeRisk']);
    }
  });

  it.each(discouraged)('is warned of for as long as it stands: %s', async (_, document) => {
    const shown = showService(await serviceOf(w, document));
    expect(shown['warnings']).toMatchObject([{ code: 'discouraged_auth_type', path: 'auth.type' }]);
  });

  it.each(discouraged)('cannot be begun where the organization forbids it: %s', async (_, document) => {
    await set('forbidden');
    await expect(serviceOf(w, document)).rejects.toMatchObject(forbidden);
    const service = await serviceOf(w, tokenDocument());
    await expect(edited(w, service, document)).rejects.toMatchObject(forbidden);
    expect(w.vault.paths().filter((path) => path.startsWith('service/'))).toEqual([]);
  });

  it.each(discouraged)(
    'may have its risk acknowledged at the top of the document as well: %s',
    (_, document) => {
      const { acknowledgeRisk, ...auth } = document.auth as Record<string, unknown>;
      const parsed = ServiceInput.parse({ ...document, auth, acknowledgeRisk });
      expect(parsed.auth).toMatchObject({ acknowledgeRisk: true });
      expect(ServiceInput.safeParse({ ...document, auth, acknowledgeRisk: false }).success).toBe(false);
    },
  );

  it('cannot be begun from the catalogue either', async () => {
    await set('forbidden');
    const input = FromCatalogue.parse({
      entry: 'reddit-script',
      clientId: 'a',
      clientSecret: 'b',
      acknowledgeRisk: true,
    });
    await expect(createFromCatalogue(w.deps, { ...w, input })).rejects.toMatchObject(forbidden);
  });

  it('that was there before goes on: auths renew, the service can be edited, new auths cannot be made', async () => {
    const service = await serviceOf(w, passwordDocument());
    const { id } = await makeAuth(w, { serviceId: service.id, fields });
    await set('forbidden');
    await w.clock.advance(hour);
    const ref = { organizationId: w.organizationId, authId: id };
    expect((await freshCredential(w.deps, ref)).state).toBe('active');
    expect((await edited(w, service, passwordDocument({}, { name: 'Renamed' }))).version).toBe(2);
    await expect(makeAuth(w, { serviceId: service.id, fields })).rejects.toMatchObject(forbidden);
    const input = { serviceId: service.id };
    await expect(startConnect(w.deps, { ...w, input })).rejects.toMatchObject(forbidden);
    await set('allowed');
    expect((await makeAuth(w, { serviceId: service.id, fields })).state).toBe('active');
  });

  it('is told of in the history of each auth made with it, and of no other', async () => {
    await makeAuth(w, { serviceId: (await serviceOf(w, passwordDocument())).id, fields });
    await makeAuth(w, { serviceId: (await serviceOf(w, clientDocument())).id });
    expect(told(w, 'auth.risk_acknowledged')).toHaveLength(1);
  });
});

describe('the policy of an organization', () => {
  it('allows at first, and is changed in the version that was read', async () => {
    const first = await set('forbidden', '"1"');
    expect(showOrganization(first)).toMatchObject({ discouragedTypes: 'forbidden', version: 2 });
    await expect(set('allowed', '"1"')).rejects.toMatchObject({ status: 412 });
  });

  it('touches no other type', async () => {
    await set('forbidden');
    for (const document of [oauth2Document(), clientDocument(), tokenDocument()])
      expect((await serviceOf(w, document)).version).toBe(1);
  });
});
