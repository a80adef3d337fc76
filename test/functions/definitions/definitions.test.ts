import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpFailure } from '#shared/ports.ts';
import { oauth2Document, tokenDocument } from '../../support/nouns.ts';
import { capturedOutput } from '../../support/output.ts';
import { deployment } from './stage.ts';

type Deployment = Awaited<ReturnType<typeof deployment>>;
let here: Deployment;
let there: Deployment;
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  output = capturedOutput();
  [here, there] = [await deployment(1), await deployment(2)];
  // Neither exports nor imports call anybody.
  for (const { http } of [here, there]) http.answers(() => Promise.reject(new HttpFailure('connect', false)));
});
afterEach(() => output.stop());

const acme = oauth2Document({
  secrets: { partner: 'planted-partner' },
  auth: { clientSecret: 'planted-secret' },
});
const values = {
  'services.0.definition.auth.clientSecret': 'the-secret',
  'services.0.definition.secrets.partner': 'the-partner',
};

/** The two services of every test, exported. */
const exported = async () => {
  for (const document of [acme, tokenDocument()])
    expect((await here.send('POST', 'services', document)).status).toBe(201);
  return (await here.send('POST', 'services/export', {})).json;
};
const into = (to: Deployment, document: object, more: object = {}, headers = {}) =>
  to.send('POST', 'services/import-definitions', { ...document, values, ...more }, headers);
const names = async (at: Deployment) =>
  ((await at.send('GET', 'services')).json['items'] as { name: string }[]).map(({ name }) => name).sort();

describe('exporting definitions', () => {
  it('answers a document with placeholders for secrets, and a list of what is to be filled in', async () => {
    const { document, toFillIn } = await exported();
    expect(document).toMatchObject({
      format: 'latchkey.definitions',
      version: 1,
      services: [
        {
          ref: 'acme',
          definition: {
            name: 'Acme',
            auth: { clientId: 'latchkey', clientSecret: { required: 'clientSecret' } },
            secrets: { partner: { required: 'secrets.partner' } },
          },
        },
        { ref: 'keyed', definition: { name: 'Keyed' } },
      ],
    });
    expect(toFillIn).toEqual([
      {
        path: 'services.0.definition.auth.clientSecret',
        ref: 'acme',
        environment: 'production',
        name: 'clientSecret',
      },
      {
        path: 'services.0.definition.secrets.partner',
        ref: 'acme',
        environment: 'production',
        name: 'secrets.partner',
      },
    ]);
    expect(JSON.stringify({ document, toFillIn })).not.toContain('planted');
  });

  it('takes the services that are named, and no service of another workspace', async () => {
    await exported();
    const { json } = await here.send('GET', 'services');
    const [first] = json['items'] as { id: string; name: string }[];
    const one = await here.send('POST', 'services/export', { serviceIds: [first!.id, first!.id] });
    expect((one.json['document'] as { services: object[] }).services).toHaveLength(1);
    const team = await here.send('POST', '/v1/workspaces', { name: 'Team', kind: 'shared' });
    const path = `/v1/workspaces/${String(team.json['id'])}/services/export`;
    const foreign = await here.send('POST', path, { serviceIds: [first!.id] });
    expect([foreign.status, foreign.error.code]).toEqual([404, 'service_not_found']);
    const empty = await here.send('POST', path);
    expect([empty.status, empty.error.code]).toEqual([422, 'nothing_to_export']);
  });

  it('of more than one document holds says so instead of cutting it', async () => {
    const heavy = { ...tokenDocument(), fields: [{ key: 'api_key', secret: true, help: 'x'.repeat(2000) }] };
    for (let count = 0; count < 101; count += 1)
      await here.send('POST', 'services', { ...heavy, name: `S${count}` });
    const { status, error } = await here.send('POST', 'services/export', {});
    expect([status, error.code, error.details[0]?.path]).toEqual([
      422,
      'export_too_large',
      'body.serviceIds',
    ]);
  });
});

describe('importing definitions', () => {
  it('makes the services with the secrets that were given, and tells no secret', async () => {
    const { status, json, text } = await into(there, await exported());
    expect(status).toBe(201);
    expect(json).toMatchObject({ dryRun: false, toFillIn: [], problems: [] });
    expect(text).not.toMatch(/the-secret|the-partner|planted/);
    const { json: list } = await there.send('GET', 'services');
    // Made in the same millisecond, they stand in the order that chance gave them.
    const byName = (list['items'] as { name: string }[]).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(byName).toEqual([
      expect.objectContaining({ name: 'Acme', secrets: { partner: expect.objectContaining({ set: true }) } }),
      expect.objectContaining({ name: 'Keyed' }),
    ]);
    expect(there.store.dump()).not.toMatch(/the-secret|the-partner/);
  });

  it('takes the answer of an export as it is, with a secret written in the place of its placeholder', async () => {
    const sent = JSON.parse(JSON.stringify(await exported())) as {
      document: { services: { definition: Record<string, Record<string, unknown>> }[] };
    };
    const definition = sent.document.services[0]!.definition;
    definition['auth']!['clientSecret'] = 'the-secret';
    definition['secrets']!['partner'] = 'the-partner';
    expect((await there.send('POST', 'services/import-definitions', sent)).status).toBe(201);
  });

  it('dry, tells what it would do, what is missing and what is in the way, and changes nothing', async () => {
    const document = await exported();
    await there.send('POST', 'services', tokenDocument());
    const before = there.store.unlogged();
    const { status, json } = await into(there, document, { values: {}, dryRun: true });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      dryRun: true,
      services: [
        { ref: 'acme', act: 'create', serviceId: null },
        { ref: 'keyed', act: 'create', serviceId: null },
      ],
      toFillIn: [{ name: 'clientSecret' }, { name: 'secrets.partner' }],
      problems: [{ code: 'service_exists', path: 'body.document.services.1.definition.name' }],
    });
    expect(there.store.unlogged()).toBe(before);
  });

  it('refuses all when a secret is missing, and names each', async () => {
    const { status, error } = await into(there, await exported(), { values: {} });
    expect([status, error.code]).toEqual([422, 'values_missing']);
    expect(error.details.map(({ path }) => path)).toEqual([
      'body.document.services.0.definition.auth.clientSecret',
      'body.document.services.0.definition.secrets.partner',
    ]);
    expect(await names(there)).toEqual([]);
  });

  it('leaves out a secret that is given as null, where the service can do without', async () => {
    const document = await exported();
    const { status } = await into(there, document, {
      values: { ...values, 'services.0.definition.secrets.partner': null },
    });
    expect(status).toBe(201);
  });

  it('refuses all with 409 when a name is taken; skips, or gives another name, when told so', async () => {
    const document = await exported();
    await there.send('POST', 'services', tokenDocument({ name: 'KEYED' }));
    const refused = await into(there, document);
    expect([refused.status, refused.error.code]).toEqual([409, 'service_exists']);
    expect(await names(there)).toEqual(['KEYED']);
    const skipped = await into(there, document, { clashes: 'skip' });
    expect(skipped.json['services']).toMatchObject([{ act: 'create' }, { act: 'skip', name: 'KEYED' }]);
    expect(await names(there)).toEqual(['Acme', 'KEYED']);
    await into(there, document, { clashes: 'rename' });
    await into(there, document, { clashes: 'rename' });
    expect(await names(there)).toEqual(['Acme', 'Acme (2)', 'Acme (3)', 'KEYED', 'Keyed (2)', 'Keyed (3)']);
  });

  it('replaces the service that is named as a new version, which keeps its id and the secrets that nobody gives', async () => {
    const document = await exported();
    const old = await there.send('POST', 'services', { ...acme, name: 'Old', secrets: { partner: 'kept' } });
    const id = String(old.json['id']);
    const { status, json } = await into(there, document, { values: {}, replace: { acme: id } });
    expect(status).toBe(201);
    expect(json['services']).toMatchObject([{ act: 'replace', serviceId: id }, { act: 'create' }]);
    const { json: now } = await there.send('GET', `services/${id}`);
    expect(now).toMatchObject({
      name: 'Acme',
      version: 2,
      auth: { clientSecret: { set: true } },
      secrets: { partner: { set: true } },
    });
    expect(now['secrets']).toEqual(old.json['secrets']);
  });

  it('replaces no service by two', async () => {
    const document = await exported();
    const id = String((await there.send('POST', 'services', acme)).json['id']);
    const { status, error } = await into(there, document, { replace: { acme: id, keyed: id } });
    expect([status, error.details.map(({ path }) => path)]).toEqual([422, ['body.replace.keyed']]);
  });

  it('puts services under the umbrella of the same name, or the one that is given, or none', async () => {
    const umbrella = await here.send('POST', '/v1/umbrellas', { name: 'Acme for us' });
    await here.send('POST', 'services', tokenDocument({ umbrellaId: umbrella.json['id'] }));
    const { json } = await here.send('POST', 'services/export', {});
    const without = (more: object) => ({ values: {}, clashes: 'rename', ...more });
    const nobody = await into(there, json, without({}));
    expect(nobody.error).toMatchObject({ code: 'umbrella_not_found' });
    expect((await into(there, json, without({ umbrellas: { 'Acme for us': null } }))).status).toBe(201);
    const same = String((await there.send('POST', '/v1/umbrellas', { name: 'Acme for us' })).json['id']);
    expect((await into(there, json, without({}))).status).toBe(201);
    const other = String((await there.send('POST', '/v1/umbrellas', { name: 'Acme for us' })).json['id']);
    const several = await into(there, json, without({}));
    expect(several.error.details[0]?.message).toContain('Several umbrellas');
    expect((await into(there, json, without({ umbrellas: { 'Acme for us': other } }))).status).toBe(201);
    const { json: list } = await there.send('GET', 'services');
    const placed = (list['items'] as { name: string; umbrellaId?: string }[]).map(({ name, umbrellaId }) => [
      name,
      umbrellaId,
    ]);
    expect(Object.fromEntries(placed)).toEqual({ Keyed: undefined, 'Keyed (2)': same, 'Keyed (3)': other });
  });

  it('is done once for an Idempotency-Key', async () => {
    const document = await exported();
    const once = { 'idempotency-key': 'once' };
    const first = await into(there, document, {}, once);
    const second = await into(there, document, {}, once);
    expect(second.json).toEqual(first.json);
    expect(await names(there)).toEqual(['Acme', 'Keyed']);
  });

  it('refuses a type that the organization forbids, and then makes none', async () => {
    const risky = {
      ...tokenDocument({ name: 'Risky' }),
      auth: {
        type: 'oauth2',
        grant: 'password',
        tokenUrl: 'https://acme.example/token',
        clientId: 'id',
        clientAuthentication: 'none',
        acknowledgeRisk: true,
        username: '{{api_key}}',
        password: '{{api_key}}',
      },
    };
    await here.send('POST', 'services', risky);
    const { json } = await here.send('POST', 'services/export', {});
    const { updateOrganization } = await import('#shared/domain/organization/policy.ts');
    await updateOrganization(there.deps, {
      organizationId: there.organizationId,
      edit: { discouragedTypes: 'forbidden' },
      ifMatch: undefined,
    });
    const { status, error } = await into(there, json, { values: {} });
    expect([status, error.code]).toEqual([422, 'type_forbidden']);
    expect(await names(there)).toEqual([]);
  });
});
