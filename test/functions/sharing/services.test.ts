import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { auths } from '#shared/domain/auths/auth.ts';
import { memberKey, members } from '#shared/domain/members/member.ts';
import { minute } from '../../support/deps.ts';
import { authNow, countingTokens, oauth2Document, tokenDocument } from '../../support/nouns.ts';
import { answer } from '../../support/watched.ts';
import { capturedOutput } from '../../support/output.ts';
import { idOf, keyedInput, stage, type Stage } from './stage.ts';

let s: Stage;
let output: ReturnType<typeof capturedOutput>;
beforeEach(async () => {
  output = capturedOutput();
  s = await stage();
  s.w.http.answers(countingTokens());
});
afterEach(() => {
  output.stop();
});

const ghost = `svc_${'0'.repeat(26)}`;

const make = async (workspace: string, name: string, document: object = tokenDocument()) =>
  idOf(await s.send(s.owner, 'POST', `${workspace}/services`, { ...document, name }));

describe('a service', () => {
  it('R7 lives in a workspace of any kind', async () => {
    for (const workspace of [s.one, s.organization, s.personal, s.embedded]) {
      const id = await make(workspace, 'Acme');
      expect(await s.send(s.owner, 'GET', `${workspace}/services/${id}`)).toMatchObject({ status: 200 });
    }
  });

  it('R8 is made, edited and deleted by contributors and admins of its workspace', async () => {
    for (const role of ['contributor', 'admin'] as const) {
      const as = await s.key(role, s.ids.one);
      const id = idOf(await s.send(as, 'POST', `${s.one}/services`, tokenDocument()));
      const path = `${s.one}/services/${id}`;
      expect((await s.send(as, 'PATCH', path, { name: 'Other' })).json).toMatchObject({ name: 'Other' });
      expect((await s.send(as, 'DELETE', path)).status).toBe(204);
    }
  });

  it('R8 is read by viewers, who get 403 for all else; to others its workspace does not exist: 404', async () => {
    const id = await make(s.one, 'Acme');
    const path = `${s.one}/services/${id}`;
    const viewer = await s.key('viewer', s.ids.one);
    const stranger = await s.key('admin', s.ids.two);
    expect((await s.send(viewer, 'GET', path)).status).toBe(200);
    const writes = [
      ['POST', `${s.one}/services`, tokenDocument()],
      ['PUT', path, tokenDocument()],
      ['PATCH', path, { name: 'Other' }],
      ['DELETE', path, undefined],
      ['POST', `${path}/move`, undefined],
    ] as const;
    for (const [method, at, body] of writes) {
      expect(await s.send(viewer, method, at, body)).toMatchObject({
        status: 403,
        error: { code: 'forbidden' },
      });
      const there = await s.send(stranger, method, at, body);
      const nowhere = await s.send(stranger, method, at.replace(s.ids.one, `ws_${'0'.repeat(26)}`), body);
      expect([there.status, there.error]).toEqual([404, nowhere.error]);
    }
    expect((await s.send(s.owner, 'GET', path)).json).toMatchObject({ name: 'Acme', version: 1 });
  });

  it('R9 makes auths of its workspace; who is a contributor of both cannot use it in the other', async () => {
    const id = await make(s.one, 'Acme');
    const consented = await make(s.one, 'Consented', oauth2Document());
    const both = await s.key('contributor');
    expect((await s.send(both, 'POST', `${s.one}/auths`, keyedInput(id))).status).toBe(201);
    for (const service of [id, 'Acme']) {
      const other = await s.send(both, 'POST', `${s.two}/auths`, keyedInput(service));
      const none = await s.send(both, 'POST', `${s.two}/auths`, keyedInput(ghost));
      expect([other.status, other.error]).toEqual([404, none.error]);
    }
    const session = await s.send(both, 'POST', `${s.two}/connect-sessions`, { serviceId: consented });
    expect(session).toMatchObject({ status: 404, error: { code: 'service_not_found' } });
    const viewer = await s.key('viewer', s.ids.one);
    expect((await s.send(viewer, 'POST', `${s.one}/auths`, keyedInput(id))).status).toBe(403);
  });

  it('R10 of the organization workspace makes auths in every workspace, by id and by name', async () => {
    const id = await make(s.organization, 'Acme');
    await make(s.organization, 'Consented', oauth2Document());
    for (const workspace of ['one', 'two', 'personal', 'embedded'] as const) {
      const as = await s.key('contributor', s.ids[workspace]);
      for (const service of [id, 'acme'])
        expect((await s.send(as, 'POST', `${s[workspace]}/auths`, keyedInput(service))).status).toBe(201);
      const session = { serviceId: 'Consented' };
      expect((await s.send(as, 'POST', `${s[workspace]}/connect-sessions`, session)).status).toBe(201);
    }
  });

  it('R11 stays available when who made it is gone', async () => {
    const made = await s.send(s.owner, 'POST', '/v1/keys', { name: 'Builder', role: 'admin' });
    const builder = String(made.json['key']);
    const id = idOf(await s.send(builder, 'POST', `${s.organization}/services`, tokenDocument()));
    expect((await s.send(s.owner, 'DELETE', `/v1/keys/${idOf(made)}`)).status).toBe(204);
    // Every process knows of it within seconds.
    await s.w.clock.advance(minute);
    expect((await s.send(builder, 'GET', `${s.organization}/services`)).status).toBe(401);
    const as = await s.key('contributor', s.ids.one);
    expect(await s.all(as, `${s.one}/available-services`)).toMatchObject([{ id, from: 'organization' }]);
    expect((await s.send(as, 'POST', `${s.one}/auths`, keyedInput(id))).status).toBe(201);
  });

  it('R11 of a legacy user stays available when that user is a member no more', async () => {
    const { organizationId, deps, clock } = s.w;
    const records = [{ legacyId: 'a', userId: 'user-1', service: tokenDocument() }];
    const imported = await s.send(s.owner, 'POST', '/v1/legacy-services/import', { records });
    const [{ serviceId }] = imported.json['items'] as [{ serviceId: string }];
    await deps.store.insert(members, {
      organizationId,
      userId: 'user-1',
      role: 'member',
      removedAt: clock.now(),
      version: 1,
      createdAt: clock.now(),
      outbox: [],
      revision: 0,
    });
    expect(await deps.store.get(members, memberKey(organizationId, 'user-1'))).toBeDefined();
    const as = await s.key('contributor', s.ids.one);
    expect((await s.send(as, 'POST', `${s.one}/auths`, keyedInput(serviceId))).status).toBe(201);
  });

  it('R13 is a new version after each edit; its auths go on, or need a person where it ended them', async () => {
    const id = await make(s.one, 'Acme');
    const path = `${s.one}/services/${id}`;
    const auth = idOf(await s.send(s.owner, 'POST', `${s.one}/auths`, keyedInput(id)));
    const stateNow = async () =>
      (await s.send(s.owner, 'GET', `${s.one}/auths/${auth}`)).json['state'] as string;
    const renamed = await s.send(s.owner, 'PATCH', path, { name: 'Other', hosts: ['files.acme.example'] });
    expect(renamed.json).toMatchObject({ version: 2 });
    await s.settle();
    expect(await stateNow()).toBe('active');
    const inUse = await s.send(s.owner, 'DELETE', path);
    expect(inUse).toMatchObject({ status: 409, error: { code: 'service_in_use' } });
    expect(inUse.error.details).toMatchObject([{ path: `${s.one}/auths/${auth}` }]);
    await s.send(s.owner, 'PATCH', path, {
      fields: [{ key: 'other_key', secret: true }],
      apply: [{ in: 'header', name: 'X-Api-Key', value: '{{other_key}}' }],
    });
    await s.settle();
    expect(await stateNow()).toBe('needs_reconnect');
    expect((await s.send(s.owner, 'DELETE', `${path}?force=true`)).status).toBe(204);
    await s.settle();
    expect((await s.send(s.owner, 'GET', `${s.one}/auths/${auth}`)).status).toBe(404);
  });
});

describe('a service of the embedded workspace', () => {
  it('R24 is made, edited and deleted by the owner of the organization alone', async () => {
    const id = await make(s.embedded, 'Acme');
    const path = `${s.embedded}/services/${id}`;
    const writes = [
      ['POST', `${s.embedded}/services`, tokenDocument()],
      [
        'POST',
        `${s.embedded}/services/from-catalogue`,
        { entry: 'gitlab', clientId: 'a', clientSecret: 'b' },
      ],
      ['PUT', path, tokenDocument()],
      ['PATCH', path, { name: 'Other' }],
      ['DELETE', path, undefined],
    ] as const;
    for (const as of [
      await s.key('admin'),
      await s.key('contributor'),
      await s.key('admin', s.ids.embedded),
      await s.key('contributor', s.ids.embedded),
    ]) {
      for (const [method, at, body] of writes)
        expect(await s.send(as, method, at, body)).toMatchObject({
          status: 403,
          error: { code: 'forbidden' },
        });
      expect((await s.send(as, 'GET', path)).status).toBe(200);
    }
    expect((await s.send(s.owner, 'PATCH', path, { name: 'Other' })).json).toMatchObject({ version: 2 });
    expect((await s.send(s.owner, 'DELETE', path)).status).toBe(204);
  });

  it('R25 makes auths in the workspaces of all builders, who cannot read or edit it', async () => {
    const id = await make(s.embedded, 'Acme');
    for (const workspace of ['one', 'organization', 'personal', 'embedded'] as const) {
      const as = await s.key('contributor', s.ids[workspace]);
      for (const service of [id, 'acme'])
        expect((await s.send(as, 'POST', `${s[workspace]}/auths`, keyedInput(service))).status).toBe(201);
      const from = workspace === 'embedded' ? 'own' : 'embedded';
      expect(await s.all(as, `${s[workspace]}/available-services`)).toMatchObject([{ id, from }]);
    }
    const as = await s.key('contributor', s.ids.one);
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { name: 'Other' }],
      ['DELETE', undefined],
    ] as const) {
      for (const workspace of [s.one, s.embedded])
        expect((await s.send(as, method, `${workspace}/services/${id}`, body)).status).toBe(404);
    }
    expect(
      (await s.send(await s.key('viewer', s.ids.one), 'POST', `${s.one}/auths`, keyedInput(id))).status,
    ).toBe(403);
  });
});

describe('the auths of a workspace', () => {
  it('R36 that a caller can use are one list, built-in and custom together, with name and icon of the service', async () => {
    const icon = 'https://acme.example/icon.png';
    const custom = await make(s.one, 'Custom', { ...tokenDocument(), icon });
    const entry = { entry: 'anthropic' };
    const builtIn = idOf(await s.send(s.owner, 'POST', `${s.one}/services/from-catalogue`, entry));
    const [field] = (
      (await s.send(s.owner, 'GET', `${s.one}/services/${builtIn}`)).json['fields'] as { key: string }[]
    ).map(({ key }) => key);
    s.w.http.answers(() => answer(200));
    const made = [
      idOf(await s.send(s.owner, 'POST', `${s.one}/auths`, keyedInput(custom))),
      idOf(
        await s.send(
          s.owner,
          'POST',
          `${s.one}/auths`,
          keyedInput(builtIn, { fields: { [field!]: 'a-key' } }),
        ),
      ),
    ];
    const dead = idOf(await s.send(s.owner, 'POST', `${s.one}/auths`, keyedInput(custom)));
    const stored = await authNow(s.w, dead);
    await s.w.deps.store.replace(auths, { ...stored, state: 'needs_reconnect' as const });
    const as = await s.key('contributor', s.ids.one);
    const { json } = await s.send(as, 'GET', `${s.one}/auths?usable=true`);
    const shown = new Map(
      (json['items'] as { id: string; service: unknown }[]).map(({ id, service }) => [id, service]),
    );
    expect([...shown.keys()].sort()).toEqual(made.toSorted());
    expect(shown.get(made[0]!)).toEqual({ name: 'Custom', icon, kind: 'custom' });
    expect(shown.get(made[1]!)).toEqual({ name: 'Anthropic', icon: null, kind: 'built_in' });
    expect(((await s.send(as, 'GET', `${s.one}/auths`)).json['items'] as unknown[]).length).toBe(3);
    const viewer = await s.key('viewer', s.ids.one);
    expect((await s.send(viewer, 'GET', `${s.one}/auths`)).status).toBe(200);
    expect((await s.send(viewer, 'GET', `${s.one}/auths?usable=true`)).status).toBe(403);
  });
});
