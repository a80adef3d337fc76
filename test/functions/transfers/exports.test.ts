import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { createFromCatalogue, FromCatalogue } from '#shared/domain/services/create-from-catalogue.ts';
import { capturedOutput } from '../../support/output.ts';
import { keyOf, parties, type Parties } from '../../support/parties.ts';

let p: Parties;
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  output = capturedOutput();
  p = await parties();
  provide(p.w.deps);
});

afterEach(() => {
  output.stop();
});

const exports = (body: unknown, as?: string) =>
  p.send(['POST', p.source, 'exports'], body, as === undefined ? {} : { as });

const auth = `auth_${'0'.repeat(26)}`;

describe('the export of a bundle', () => {
  it('names services and connectors in words that others understand, once each', async () => {
    const [own, wide] = [
      await p.service(p.source, 'Acme CRM', { hosts: ['files.acme.example'] }),
      await p.service(p.organization, 'Acme-CRM'),
    ];
    const connector = await p.connector(p.source, own.id, []);
    const { status, json } = await exports({
      name: 'Orders',
      content: { flow: [1, null, { a: 'b' }] },
      steps: [
        { kind: 'connector', connectorId: connector, name: 'List', content: { act: 'list' } },
        { kind: 'http_client', serviceId: own.id },
        { kind: 'graphql_client', serviceId: wide.id },
        { kind: 'http_client', content: { url: 'https://open.example/' } },
        { kind: 'connector', connectorId: connector },
      ],
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ removed: [] });
    expect(json['bundle']).toEqual({
      format: 'latchkey.bundle',
      version: 1,
      name: 'Orders',
      services: [
        {
          ref: 'acme-crm',
          id: own.id,
          name: 'Acme CRM',
          type: 'token',
          hosts: ['api.acmecrm.example', 'files.acme.example'],
        },
        { ref: 'acme-crm-2', id: wide.id, name: 'Acme-CRM', type: 'token', hosts: ['api.acmecrm.example'] },
      ],
      connectors: [{ ref: 'orders', id: connector, name: 'Orders', service: 'acme-crm' }],
      steps: [
        { kind: 'connector', connector: 'orders', name: 'List', content: { act: 'list' } },
        { kind: 'http_client', service: 'acme-crm' },
        { kind: 'graphql_client', service: 'acme-crm-2' },
        { kind: 'http_client', content: { url: 'https://open.example/' } },
        { kind: 'connector', connector: 'orders' },
      ],
      content: { flow: [1, null, { a: 'b' }] },
    });
  });

  it('is the same, byte for byte, for the same steps', async () => {
    const own = await p.service(p.source);
    const body = { steps: [{ kind: 'http_client', serviceId: own.id, content: { b: 1, a: [{}] } }] };
    const [first, second] = [await exports(body), await exports(body)];
    expect(JSON.stringify(second.json['bundle'])).toBe(JSON.stringify(first.json['bundle']));
  });

  it('tells the entry of the catalogue that a service was made from', async () => {
    const input = FromCatalogue.parse({ entry: 'gitlab', clientId: 'planted-id', clientSecret: 'planted' });
    const { organizationId } = p.w;
    const made = await createFromCatalogue(p.w.deps, { organizationId, workspaceId: p.source, input });
    const { json, text } = await exports({ steps: [{ kind: 'http_client', serviceId: made.id }] });
    expect(json).toMatchObject({ bundle: { services: [{ type: 'oauth2', catalogueEntry: 'gitlab' }] } });
    expect(text).not.toContain('planted');
  });

  it('R12 tells no host of a service that is available and not visible', async () => {
    const wide = await p.service(p.organization, 'Hidden');
    const as = await keyOf(p.w, 'contributor', p.source);
    const { status, text, json } = await exports(
      { steps: [{ kind: 'http_client', serviceId: wide.id }] },
      as,
    );
    expect([status, text.includes('.example')]).toEqual([200, false]);
    expect(json['bundle']).toMatchObject({ services: [{ id: wide.id, name: 'Hidden', type: 'token' }] });
  });

  it('takes services and connectors that the workspace may use, and names each other one', async () => {
    const foreign = await p.service(p.target);
    const closed = await p.connector(p.target, foreign.id, []);
    const open = await p.connector(p.target, foreign.id, [p.source]);
    const { status, error } = await exports({
      steps: [
        { kind: 'http_client', serviceId: foreign.id },
        { kind: 'connector', connectorId: closed },
        { kind: 'http_client', serviceId: 'Nothing of this name' },
        { kind: 'connector', connectorId: open },
      ],
    });
    expect([status, error.code, error.details.map(({ path }) => path)]).toEqual([
      422,
      'unknown_reference',
      ['body.steps.0.serviceId', 'body.steps.2.serviceId', 'body.steps.1.connectorId'],
    ]);
    const shared = await exports({ steps: [{ kind: 'connector', connectorId: open }] });
    expect([shared.status, shared.json['bundle']]).toMatchObject([200, { services: [{ id: foreign.id }] }]);
  });

  it('R23 puts a placeholder where the id of an auth stands, and says where', async () => {
    const { json, text } = await exports({
      steps: [{ kind: 'http_client', content: { auth, url: `https://x.example/v1/proxy/${auth}/me`, n: 1 } }],
      content: [{ auths: [auth] }],
    });
    expect(json['removed']).toEqual([
      { path: 'body.content.0.auths.0', kind: 'auth_id' },
      { path: 'body.steps.0.content.auth', kind: 'auth_id' },
      { path: 'body.steps.0.content.url', kind: 'auth_id' },
    ]);
    expect(json['bundle']).toMatchObject({
      steps: [{ content: { auth: '{{auth}}', url: 'https://x.example/v1/proxy/{{auth}}/me', n: 1 } }],
      content: [{ auths: ['{{auth}}'] }],
    });
    expect(text).not.toContain(auth);
  });

  it.each([
    ['a header', { headers: { Authorization: 'Bearer planted-token' } }, 'headers.Authorization'],
    ['a header as a pair', { headers: [['x-api-key', 'planted']] }, 'headers.0.1'],
    ['a header as an object', { headers: [{ name: 'Authorization', value: 'planted' }] }, 'headers.0.value'],
    ['a parameter of a URL', { url: 'https://x.example/?api_key=planted' }, 'url'],
    ['a password in a URL', { url: 'https://me:planted@x.example/' }, 'url'],
    ['a client secret', { oauth: { clientSecret: 'planted' } }, 'oauth.clientSecret'],
    ['a refresh token', { refresh_token: 'planted' }, 'refresh_token'],
    ['a server key', { note: `lk_${'0'.repeat(26)}_${'0'.repeat(26)}_${'0'.repeat(52)}` }, 'note'],
    ['a JSON Web Token', { note: `so: eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.planted` }, 'note'],
    ['a private key', { pem: '-----BEGIN RSA PRIVATE KEY-----\nplanted' }, 'pem'],
    ['an auth’s id as a name', { [auth]: 'x' }, auth],
  ])('R23 refuses %s, and says where it is', async (_, content, path) => {
    const { status, text, error } = await exports({ steps: [{ kind: 'http_client', content }] });
    expect([status, error.details.map((detail) => detail.path)]).toEqual([
      422,
      [`body.steps.0.content.${path}`],
    ]);
    expect(text).not.toContain('planted');
  });

  it.each([
    ['placeholders', { headers: { Authorization: 'Bearer {{token}}' }, password: '${secrets.x}' }],
    ['the cursor of a page', { pageToken: 'abc', next_page_token: 'abcdefgh' }],
    ['a description of a field', { password: { type: 'string', title: 'Your password' } }],
    ['an empty member', { token: '', secret: null }],
    ['words', { note: 'The token is in the vault; ask for the password at 10:30.' }],
    ['links', { url: 'https://x.example:8443/a?page=2&token={{token}}' }],
  ])('keeps %s as they are', async (_, content) => {
    const { status, json } = await exports({ steps: [{ kind: 'http_client', content }] });
    expect([status, json['bundle']]).toMatchObject([200, { steps: [{ content }] }]);
  });

  it('refuses a step of a kind that does not fit what it names', async () => {
    const own = await p.service(p.source);
    const connectorId = await p.connector(p.source, own.id, []);
    const { status, error } = await exports({
      steps: [{ kind: 'http_client', connectorId }, { kind: 'connector' }, { kind: 'script' }],
    });
    expect([status, error.details.map(({ path }) => path)]).toEqual([
      422,
      ['body.steps.0.connectorId', 'body.steps.1.connectorId', 'body.steps.2.kind'],
    ]);
  });

  it('is imported where its services are shared, with the steps as they were', async () => {
    const wide = await p.service(p.organization);
    const steps = [{ kind: 'connector', serviceId: wide.id, content: { deep: [{ a: [1, 'x', null] }] } }];
    const { json } = await exports({ steps });
    expect(json['bundle']).toMatchObject({ steps: [{ content: steps[0]?.content }] });
    const done = await p.send(['POST', p.target, 'imports'], { bundle: json['bundle'] });
    expect([done.status, done.json['steps']]).toEqual([201, [{ serviceId: wide.id, connectorId: null }]]);
  });

  it('is for contributors: a viewer gets 403', async () => {
    const as = await keyOf(p.w, 'viewer', p.source);
    expect((await exports({ steps: [{ kind: 'http_client' }] }, as)).status).toBe(403);
  });
});
