import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ServiceDefinition } from '#shared/domain/services/definition.ts';
import { services } from '#shared/domain/services/service.ts';
import { hour } from '../../support/deps.ts';
import { legacyService, serviceNow, tokenDocument, umbrella } from '../../support/nouns.ts';
import { capturedOutput } from '../../support/output.ts';
import { idOf, stage, type Stage } from './stage.ts';

let s: Stage;
let output: ReturnType<typeof capturedOutput>;
beforeEach(async () => {
  output = capturedOutput();
  s = await stage();
});
afterEach(() => {
  output.stop();
});

const make = async (workspace: string, document: object) =>
  idOf(await s.send(s.owner, 'POST', `${workspace}/services`, document));

/** A definition with a word of its own in every place that takes one; what is shown bears another word. */
const planted = (umbrellaId: string) => {
  let count = 0;
  const hidden = () => `hidden${String((count += 1))}x`;
  const url = (path = '') => `https://${hidden()}.example/${path}${hidden()}`;
  const step = () => ({ url: url(), form: { [hidden()]: hidden() } });
  return {
    name: 'shown-name',
    icon: 'https://shown.example/icon.png',
    documentationUrl: 'https://shown.example/docs',
    fields: [
      {
        key: 'shown_key',
        title: 'shown-title',
        help: 'shown-help',
        prefix: 'shown-prefix',
        suffix: 'shown-suffix',
        default: 'shown-default',
        pattern: '^shown',
        required: false,
        order: 2,
      },
      { key: 'shown_choice', options: [{ value: 'shown-value', label: 'shown-label' }], order: 1 },
    ],
    baseUrl: url(),
    hosts: [`${hidden()}.example`],
    apply: [{ in: 'header', name: `x-${hidden()}`, value: `${hidden()} {{access_token}}` }],
    retries: { most: 1 },
    rateLimit: { after: `x-${hidden()}` },
    test: { path: `/${hidden()}`, label: hidden() },
    lifetimeProfile: hidden(),
    lifetime: { consentSeconds: 987_654_321 },
    limits: { auth: { concurrency: 7 } },
    processesEndUserData: true,
    umbrellaId,
    pagination: { kind: 'cursor', cursor: hidden(), into: { name: hidden() } },
    secrets: { own: hidden() },
    auth: {
      type: 'oauth2',
      grant: 'authorization_code',
      authorizationUrl: url(),
      tokenUrl: url(),
      revocation: step(),
      clientId: hidden(),
      clientSecret: hidden(),
      nextClientSecret: hidden(),
      clientSecretExpiresAt: '2031-01-01T00:00:00Z',
      nextClientSecretExpiresAt: '2032-01-01T00:00:00Z',
      scopes: [hidden()],
      resource: [url()],
      tokenParams: { [hidden()]: hidden() },
      tokenHeaders: { [`x-${hidden()}`]: hidden() },
      parameterNames: { client_id: hidden() },
      authorizationParams: { [hidden()]: hidden() },
      optionalScopes: [{ scope: hidden(), title: hidden() }],
      issuer: url(),
      tokenResponse: { metadata: { [hidden()]: hidden() } },
    },
    environments: {
      shownbox: {
        title: hidden(),
        baseUrl: url(),
        hosts: [`${hidden()}.example`],
        test: { path: `/${hidden()}` },
        auth: { clientId: hidden(), clientSecret: hidden(), tokenUrl: url() },
        secrets: { own: hidden() },
      },
    },
  };
};

describe('the services available in a workspace', () => {
  it('R12 show what is needed to make an auth, and nothing else of what a definition holds', async () => {
    const over = await umbrella(s.w);
    const document = planted(over.id);
    const id = await make(s.organization, document);
    const stored = (await serviceNow(s.w, id))!;
    // A member that is new must be planted here, so that it is seen whether it leaks.
    expect(Object.keys(stored.definition).sort()).toEqual(Object.keys(ServiceDefinition.shape).sort());
    const as = await s.key('contributor', s.ids.one);
    const answer = await s.send(as, 'GET', `${s.one}/available-services`);
    expect(answer.json).toEqual({
      items: [
        {
          id,
          name: 'shown-name',
          icon: 'https://shown.example/icon.png',
          kind: 'custom',
          type: 'oauth2',
          needsConsent: true,
          documentationUrl: 'https://shown.example/docs',
          fields: [
            {
              key: 'shown_choice',
              title: null,
              help: null,
              pattern: null,
              prefix: null,
              suffix: null,
              default: null,
              options: [{ value: 'shown-value', label: 'shown-label' }],
              required: true,
              secret: false,
            },
            {
              key: 'shown_key',
              title: 'shown-title',
              help: 'shown-help',
              pattern: '^shown',
              prefix: 'shown-prefix',
              suffix: 'shown-suffix',
              default: 'shown-default',
              options: null,
              required: false,
              secret: false,
            },
          ],
          environments: ['production', 'shownbox'],
          from: 'organization',
          deprecation: null,
        },
      ],
      nextCursor: null,
    });
    expect(JSON.stringify(document).match(/hidden\d+x/g)?.length).toBeGreaterThan(40);
    expect(answer.text).not.toMatch(/hidden|umb_|98765|203\d/);
    expect(answer.text).not.toContain(s.w.organizationId);
  });

  it('R12 are not in the list of those managed, and nothing of them is read, edited or deleted by others', async () => {
    const shared = [
      await make(s.organization, tokenDocument()),
      await make(s.embedded, tokenDocument()),
      (await legacyService(s.w)).id,
    ];
    const as = await s.key('admin', s.ids.one);
    expect((await s.all(as, `${s.one}/available-services`)).map(({ id }) => id).sort()).toEqual(
      shared.toSorted(),
    );
    expect(await s.all(as, `${s.one}/services`)).toEqual([]);
    const none = await s.send(as, 'GET', `${s.one}/services/svc_${'0'.repeat(26)}`);
    for (const id of shared)
      for (const workspace of [s.one, s.organization, s.embedded, s.personal])
        for (const [method, path, body] of [
          ['GET', '', undefined],
          ['PUT', '', tokenDocument()],
          ['PATCH', '', { name: 'Other' }],
          ['DELETE', '', undefined],
          ['POST', '/check', {}],
          ['POST', '/move', undefined],
          ['GET', '/client-secret', undefined],
        ] as const) {
          const { status, error } = await s.send(as, method, `${workspace}/services/${id}${path}`, body);
          expect(status).toBe(404);
          expect([none.error.code, 'workspace_not_found']).toContain(error.code);
        }
  });

  it('R12 are listed each once, with where they come from, over all pages of any length', async () => {
    const expected = new Map<string, string>();
    for (let round = 0; round < 3; round += 1) {
      expected.set(await make(s.one, tokenDocument()), 'own');
      expected.set(await make(s.organization, tokenDocument()), 'organization');
      expected.set(await make(s.embedded, tokenDocument()), 'embedded');
      expected.set((await legacyService(s.w, { legacyId: `old-${String(round)}` })).id, 'legacy');
      await make(s.two, tokenDocument());
      await make(s.personal, tokenDocument());
    }
    for (const limit of [1, 2, 3, 5, 11, 12, 13]) {
      const items = await s.all(s.owner, `${s.one}/available-services`, limit);
      expect(items).toHaveLength(expected.size);
      expect(new Map(items.map(({ id, from }) => [id, from]))).toEqual(expected);
    }
    const inPersonal = await s.all(s.owner, `${s.personal}/available-services`, 2);
    expect(inPersonal.map(({ from }) => from)).toEqual(
      ['own', 'organization', 'embedded', 'legacy'].flatMap((from) => [from, from, from]),
    );
    const inOrganization = await s.all(s.owner, `${s.organization}/available-services`, 2);
    expect(inOrganization.map(({ from }) => from)).toEqual(
      ['own', 'embedded', 'legacy'].flatMap((from) => [from, from, from]),
    );
  });

  it('refuse a cursor of another list, and one that names no source', async () => {
    await make(s.organization, tokenDocument());
    for (const text of ['service\nsvc_x', 'available service\nplanted\nx', 'available service\n'])
      expect(
        await s.send(
          s.owner,
          'GET',
          `${s.one}/available-services?cursor=${Buffer.from(text).toString('base64url')}`,
        ),
      ).toMatchObject({ status: 400, error: { details: [{ path: 'query.cursor' }] } });
  });

  it('are read by viewers; not by others than members, for whom the workspace does not exist', async () => {
    await make(s.organization, tokenDocument());
    const path = `${s.one}/available-services`;
    expect(await s.all(await s.key('viewer', s.ids.one), path)).toHaveLength(1);
    expect((await s.send(await s.key('admin', s.ids.two), 'GET', path)).status).toBe(404);
  });

  it('leave out what is being deleted, and legacy ones that are over', async () => {
    const gone = await make(s.organization, tokenDocument());
    const sunsetAt = new Date(s.w.clock.now() + hour).toISOString();
    const legacy = await legacyService(s.w, { sunsetAt, message: 'Use another.' });
    const path = `${s.one}/available-services`;
    expect(await s.all(s.owner, path)).toMatchObject([
      { id: gone, deprecation: null },
      { id: legacy.id, deprecation: { message: 'Use another.', sunsetAt } },
    ]);
    await s.send(s.owner, 'DELETE', `${s.organization}/services/${gone}?force=true`);
    await s.w.clock.advance(hour);
    expect(await s.all(s.owner, path)).toEqual([]);
    expect(await serviceNow(s.w, legacy.id)).toBeDefined();
  });

  it('do not take a service of before for a legacy one, whatever its definition said of its end', async () => {
    const id = await make(s.personal, tokenDocument());
    const stored = (await serviceNow(s.w, id))!;
    const before = { ...stored.definition, legacy: { sunsetAt: '2020-01-01T00:00:00Z', message: 'Old.' } };
    await s.w.deps.store.replace(services, { ...stored, definition: before });
    expect(services.schema.safeParse({ ...stored, definition: before }).success).toBe(true);
    expect(await s.all(s.owner, `${s.one}/available-services`)).toEqual([]);
    const auth = { serviceId: id, name: 'Main', fields: { api_key: 'x' } };
    expect((await s.send(s.owner, 'POST', `${s.personal}/auths`, auth)).json).toMatchObject({
      warnings: [],
    });
  });
});
