import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dropWorkspace } from '#shared/domain/workspaces/drop.ts';
import { day, told } from '../../support/deps.ts';
import { mortal } from '../../support/mortal.ts';
import { authNow, countingTokens, oauth2Document, serviceNow, tokenDocument } from '../../support/nouns.ts';
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

interface Outcome {
  readonly outcome: string;
  readonly legacyId: string | null;
  readonly serviceId: string;
  readonly workspaceId: string;
  readonly error: { code: string; details: { path: string; message: string }[] } | null;
}

const record = (legacyId: string, parts: object = {}) => ({
  legacyId,
  userId: 'user-1',
  service: { ...tokenDocument(), name: `Old ${legacyId}` },
  ...parts,
});

const imports = async (records: readonly unknown[], as = s.owner): Promise<readonly Outcome[]> => {
  const { status, json, text } = await s.send(as, 'POST', '/v1/legacy-services/import', { records });
  if (status !== 200) throw new Error(text);
  return json['items'] as Outcome[];
};

const one = async (legacyId = 'a', parts: object = {}) => (await imports([record(legacyId, parts)]))[0]!;

const at = (milliseconds: number) => new Date(s.w.clock.now() + milliseconds).toISOString();

describe('an import of legacy services', () => {
  it('R14 puts each into the personal workspace of its user, once, and tells what became of each', async () => {
    const records = [
      record('a'),
      record('b', { userId: 'user-2' }),
      record('c', { userId: 'user-2', service: oauth2Document() }),
      record('a', { userId: 'user-3' }),
    ];
    const outcomes = await imports(records);
    expect(outcomes.map(({ legacyId, outcome }) => [legacyId, outcome])).toEqual([
      ['a', 'imported'],
      ['b', 'imported'],
      ['c', 'imported'],
      ['a', 'exists'],
    ]);
    const [a, b, c, again] = outcomes.map(({ serviceId, workspaceId }) => ({ serviceId, workspaceId }));
    expect(a).toMatchObject({ workspaceId: s.ids.personal });
    expect(again).toEqual(a);
    expect(c?.workspaceId).toBe(b?.workspaceId);
    const second = await s.send(s.owner, 'GET', `/v1/workspaces/${b?.workspaceId ?? ''}`);
    expect(second.json).toMatchObject({ kind: 'personal' });
    const repeated = await imports(records);
    expect(repeated.map(({ outcome, serviceId }) => [outcome, serviceId])).toEqual(
      outcomes.map(({ serviceId }) => ['exists', serviceId]),
    );
    expect(await s.all(s.owner, '/v1/legacy-services')).toHaveLength(3);
  });

  it('R14 takes what is right of a lot and says of the rest what is wrong, in its place', async () => {
    const broken = { ...tokenDocument(), apply: [{ name: 'x', value: '{{nothing}}' }] };
    const outcomes = await imports([
      record('a'),
      record('b', { service: broken }),
      { legacyId: 'c' },
      record('has a space'),
      record('d', { sunsetAt: 'soon' }),
      record('e', { service: oauth2Document({ auth: { clientSecret: undefined } }) }),
      record('f'),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'imported',
      ...Array<string>(5).fill('refused'),
      'imported',
    ]);
    const paths = outcomes.map(({ error }) => error?.details.map(({ path }) => path));
    expect(paths[1]).toEqual(['body.records.1.service.apply.0.value']);
    expect(paths[2]).toEqual(['body.records.2.userId', 'body.records.2.service']);
    expect(paths[3]).toEqual(['body.records.3.legacyId']);
    expect(outcomes[3]?.legacyId).toBeNull();
    expect(paths[4]).toEqual(['body.records.4.sunsetAt']);
    expect(paths[5]).toEqual(['body.records.5.service.auth.clientSecret']);
    expect(outcomes[1]).toMatchObject({ serviceId: null, workspaceId: null });
    expect(await s.all(s.owner, '/v1/legacy-services')).toHaveLength(2);
    // What was refused has left nothing: put right, it is taken.
    expect(s.w.store.keys().filter((key) => key.includes('LEGACY#'))).toHaveLength(2);
    expect(await imports([record('b')])).toMatchObject([{ outcome: 'imported' }]);
  });

  it('R14 is refused as a whole when it is none: nothing is imported', async () => {
    const many = Array.from({ length: 101 }, (_, index) => record(`r${String(index)}`));
    for (const body of [{ records: many }, { records: [] }, {}, { records: ['a'] }, { records: {} }])
      expect((await s.send(s.owner, 'POST', '/v1/legacy-services/import', body)).status).toBe(422);
    expect(await s.all(s.owner, '/v1/legacy-services')).toEqual([]);
  });

  it('R14 keeps secrets: they are used, and in no answer', async () => {
    const secret = 'planted-client-secret';
    const { serviceId } = await one('a', { service: oauth2Document({ auth: { clientSecret: secret } }) });
    const list = await s.send(s.owner, 'GET', '/v1/legacy-services');
    expect(list.json['items']).toMatchObject([
      { id: serviceId, auth: { clientSecret: { set: true } }, origin: 'legacy', legacy: { id: 'a' } },
    ]);
    expect(list.text).not.toContain(secret);
    expect(s.w.store.dump()).not.toContain(secret);
    expect(s.w.vault.paths().filter((path) => path.includes(serviceId))).toHaveLength(1);
  });

  it('R14 that is cut off anywhere makes each one once, and wholly, when it is repeated', async () => {
    const records = [record('a', { service: oauth2Document() }), record('b')];
    const { importLegacyServices } = await import('#shared/domain/services/legacy/import.ts');
    const run = (deps = s.w.deps) =>
      importLegacyServices(deps, { organizationId: s.w.organizationId, records });
    let at = 0;
    let alive = false;
    while (!alive) {
      at += 1;
      for (const done of [false, true]) {
        s = await stage();
        const process = mortal(s.w.deps, { at, done });
        await run(process.deps).catch(() => undefined);
        alive = !process.died();
        const again = await run();
        expect(again.map(({ error }) => error)).toEqual([null, null]);
        const all = await s.all(s.owner, '/v1/legacy-services');
        expect(all.map(({ legacy }) => (legacy as { id: string }).id).sort()).toEqual(['a', 'b']);
        for (const { outcome, serviceId } of again) {
          expect(['imported', 'exists']).toContain(outcome);
          expect(all.map(({ id }) => id)).toContain(serviceId);
        }
        const consented = all.find(({ name }) => name === 'Acme')!;
        const session = { serviceId: consented['id'] };
        expect((await s.send(s.owner, 'POST', `${s.one}/connect-sessions`, session)).status).toBe(201);
      }
    }
    expect(at).toBeGreaterThan(10);
  });

  it('R14 twice at once makes each one once', async () => {
    const records = ['a', 'b', 'c'].map((legacyId) => record(legacyId, { service: oauth2Document() }));
    const [one, two] = await Promise.all([imports(records), imports(records)]);
    expect(one.map(({ serviceId }) => serviceId)).toEqual(two.map(({ serviceId }) => serviceId));
    expect(await s.all(s.owner, '/v1/legacy-services')).toHaveLength(3);
    for (const path of s.w.vault.paths()) expect(s.w.vault.versions(path)).toBe(1);
  });

  it('does not bring back what was moved and deleted since', async () => {
    const { serviceId } = await one();
    await s.send(s.owner, 'POST', `${s.personal}/services/${serviceId}/move`);
    expect(await one()).toMatchObject({ outcome: 'exists', serviceId, workspaceId: s.ids.organization });
    await s.send(s.owner, 'DELETE', `${s.organization}/services/${serviceId}`);
    await s.settle();
    expect(await one()).toMatchObject({ outcome: 'removed', serviceId });
    expect(await serviceNow(s.w, serviceId)).toBeUndefined();
  });

  it('is for admins of the organization, as are the list, the sunset and the move of all', async () => {
    const { serviceId } = await one();
    const calls = [
      ['POST', '/v1/legacy-services/import', { records: [record('z')] }],
      ['GET', '/v1/legacy-services', undefined],
      ['PATCH', `/v1/legacy-services/${serviceId}`, { message: 'Old.' }],
      ['POST', '/v1/legacy-services/move', undefined],
    ] as const;
    const others = [await s.key('contributor'), await s.key('viewer'), await s.key('admin', s.ids.personal)];
    for (const as of others)
      for (const [method, path, body] of calls)
        expect((await s.send(as, method, path, body)).status).toBe(403);
    const admin = await s.key('admin');
    for (const [method, path, body] of calls)
      expect((await s.send(admin, method, path, body)).status).toBe(200);
  });
});

describe('a legacy service', () => {
  it('R14 is listed in the personal workspace as legacy, and available to the whole organization', async () => {
    const { serviceId } = await one();
    const own = await s.all(s.owner, `${s.personal}/services`);
    expect(own).toMatchObject([{ id: serviceId, origin: 'legacy', legacy: { id: 'a' } }]);
    for (const workspace of ['one', 'two', 'organization', 'embedded', 'personal'] as const) {
      const as = await s.key('contributor', s.ids[workspace]);
      for (const service of [serviceId, 'old a'])
        expect((await s.send(as, 'POST', `${s[workspace]}/auths`, keyedInput(service))).status).toBe(201);
    }
    expect(await s.all(await s.key('contributor', s.ids.one), `${s.one}/services`)).toEqual([]);
  });

  it('R14 is meant by its name only where no other service bears it', async () => {
    await one();
    const document = { ...tokenDocument(), name: 'Old a' };
    const follower = idOf(await s.send(s.owner, 'POST', `${s.organization}/services`, document));
    for (const workspace of [s.one, s.personal]) {
      const { json } = await s.send(s.owner, 'POST', `${workspace}/auths`, keyedInput('Old a'));
      expect(json).toMatchObject({ serviceId: follower });
    }
  });

  it('R11 makes auths, for end users too, while the workspace of its user is being taken down', async () => {
    const { serviceId } = await one();
    await dropWorkspace(s.w.deps, { organizationId: s.w.organizationId, workspaceId: s.ids.personal });
    for (const parts of [{}, { endUserId: 'customer-17' }]) {
      const { status } = await s.send(s.owner, 'POST', `${s.two}/auths`, keyedInput(serviceId, parts));
      expect([parts, status]).toEqual([parts, 201]);
    }
  });

  it('R15 is read-only, for owners too, but for the move', async () => {
    const { serviceId } = await one();
    const path = `${s.personal}/services/${serviceId}`;
    const shown = (await s.send(s.owner, 'GET', path)).json;
    for (const as of [s.owner, await s.key('admin', s.ids.personal)])
      for (const [method, at, body] of [
        ['PUT', path, shown],
        ['PATCH', path, { name: 'Other' }],
        ['PATCH', path, { legacy: null }],
        ['DELETE', path, undefined],
        ['DELETE', `${path}?force=true`, undefined],
      ] as const)
        expect(await s.send(as, method, at, body)).toMatchObject({
          status: 409,
          error: { code: 'legacy_read_only', details: [{ path: `${path}/move` }] },
        });
    expect((await s.send(s.owner, 'GET', path)).json).toEqual(shown);
    expect((await s.send(s.owner, 'POST', `${path}/move`)).status).toBe(200);
  });

  it('R15 is none that is made anew in a personal workspace: that is neither legacy nor for the organization', async () => {
    const path = `${s.personal}/services`;
    const made = await s.send(s.owner, 'POST', path, tokenDocument());
    expect(made.json).toMatchObject({ origin: null, legacy: null, warnings: [] });
    const id = idOf(made);
    const as = await s.key('contributor', s.ids.one);
    for (const service of [id, 'keyed'])
      expect((await s.send(as, 'POST', `${s.one}/auths`, keyedInput(service))).status).toBe(404);
    expect(await s.all(as, `${s.one}/available-services`)).toEqual([]);
    expect(await s.send(s.owner, 'POST', `${path}/${id}/move`)).toMatchObject({
      status: 409,
      error: { code: 'not_legacy' },
    });
    expect((await s.send(s.owner, 'PATCH', `/v1/legacy-services/${id}`, {})).status).toBe(404);
    // Nobody makes one by saying so.
    const said = { ...tokenDocument(), legacy: { sunsetAt: at(day) } };
    expect((await s.send(s.owner, 'POST', path, said)).error.details).toMatchObject([
      { path: 'body.legacy' },
    ]);
    expect((await s.send(s.owner, 'POST', path, { ...tokenDocument(), origin: 'legacy' })).status).toBe(422);
  });
});

describe('the move of a legacy service', () => {
  it('R16 keeps id, secrets and every auth; then R10 to R12 hold', async () => {
    const { serviceId } = await one('a', { service: oauth2Document(), sunsetAt: at(day) });
    const { serviceId: keyed } = await one('b');
    const auth = idOf(await s.send(s.owner, 'POST', `${s.one}/auths`, keyedInput(keyed)));
    const before = await serviceNow(s.w, serviceId);
    const mover = await s.key('contributor', s.ids.personal);
    const path = `${s.personal}/services/${serviceId}/move`;
    const moved = { id: serviceId, workspaceId: s.ids.organization };
    expect((await s.send(mover, 'POST', path)).json).toEqual({ ...moved, moved: true });
    expect((await s.send(mover, 'POST', path)).json).toEqual({ ...moved, moved: false });
    await s.send(mover, 'POST', `${s.personal}/services/${keyed}/move`);
    const after = await serviceNow(s.w, serviceId);
    expect(after).toMatchObject({ id: serviceId, secrets: before?.secrets, definition: before?.definition });
    expect(told(s.w, 'service.moved')).toHaveLength(2);
    // It is managed in the organization workspace, and there alone.
    expect(await s.all(mover, `${s.personal}/services`)).toEqual([]);
    expect((await s.send(mover, 'GET', `${s.personal}/services/${serviceId}`)).status).toBe(404);
    expect(await s.all(s.owner, '/v1/legacy-services')).toEqual([]);
    const managed = `${s.organization}/services/${serviceId}`;
    expect((await s.send(s.owner, 'GET', managed)).json).toMatchObject({ origin: null, warnings: [] });
    expect((await s.send(s.owner, 'PATCH', managed, { name: 'Moved' })).status).toBe(200);
    // It has no sunset any more, and its secret is still there.
    await s.w.clock.advance(2 * day);
    const as = await s.key('contributor', s.ids.two);
    expect((await s.send(as, 'POST', `${s.two}/connect-sessions`, { serviceId })).status).toBe(201);
    expect(await s.all(as, `${s.two}/available-services`)).toMatchObject([
      { from: 'organization', deprecation: null },
      { from: 'organization', deprecation: null },
    ]);
    // Who has made an auth with it goes on.
    expect(await authNow(s.w, auth)).toMatchObject({ state: 'active', serviceId: keyed });
    s.w.http.answers(countingTokens());
    expect((await s.send(s.owner, 'GET', `/v1/proxy/${auth}/me`)).status).toBe(200);
  });

  it('R16 is for builders of its workspace; from another it does not exist', async () => {
    const { serviceId } = await one();
    const move = (workspace: string) => `${workspace}/services/${serviceId}/move`;
    expect((await s.send(await s.key('viewer', s.ids.personal), 'POST', move(s.personal))).status).toBe(403);
    expect((await s.send(s.owner, 'POST', move(s.one))).status).toBe(404);
    await s.send(s.owner, 'POST', move(s.personal));
    expect((await s.send(s.owner, 'POST', move(s.one))).status).toBe(404);
    expect((await s.send(s.owner, 'POST', move(s.organization))).json).toMatchObject({ moved: false });
    const other = idOf(await s.send(s.owner, 'POST', `${s.organization}/services`, tokenDocument()));
    expect((await s.send(s.owner, 'POST', `${s.organization}/services/${other}/move`)).status).toBe(409);
  });

  it('R16 of all moves all, goes on where it was cut off, and again moves none', async () => {
    const records = Array.from({ length: 100 }, (_, index) =>
      record(`r${String(index)}`, { userId: `user-${String(index % 7)}` }),
    );
    const more = Array.from({ length: 50 }, (_, index) => record(`s${String(index)}`));
    const made = [...(await imports(records)), ...(await imports(more))];
    const { replace } = s.w.deps.store;
    let writes = 0;
    const { moveAllServices } = await import('#shared/domain/services/legacy/move-all.ts');
    const cut = moveAllServices(
      {
        ...s.w.deps,
        store: {
          ...s.w.deps.store,
          replace: (collection, item) => {
            writes += 1;
            return writes > 60 ? Promise.reject(new Error('cut off')) : replace(collection, item);
          },
        },
      },
      s.w.organizationId,
    );
    await expect(cut).rejects.toThrow();
    const left = (await s.all(s.owner, '/v1/legacy-services', 200)).length;
    expect(left).toBeGreaterThan(50);
    expect(left).toBeLessThan(150);
    const { json } = await s.send(s.owner, 'POST', '/v1/legacy-services/move');
    expect(json).toMatchObject({ moved: left, more: false });
    expect(json['items']).toHaveLength(left);
    expect((await s.send(s.owner, 'POST', '/v1/legacy-services/move')).json).toEqual({
      moved: 0,
      items: [],
      more: false,
    });
    const managed = await s.all(s.owner, `${s.organization}/services`, 200);
    expect(managed.map(({ id }) => id).sort()).toEqual(made.map(({ serviceId }) => serviceId).sort());
  });
});

describe('the sunset of a legacy service', () => {
  it('R17 warns on every use, and after it new auths answer 410 while those that exist go on', async () => {
    const { serviceId } = await one('a', { service: oauth2Document() });
    const { serviceId: keyed } = await one('b');
    const sunsetAt = at(100 * day);
    const message = 'Use Acme of the organization.';
    for (const id of [serviceId, keyed]) {
      const set = await s.send(s.owner, 'PATCH', `/v1/legacy-services/${id}`, { sunsetAt, message });
      expect(set.json).toMatchObject({ version: 2, legacy: { message, sunsetAt } });
    }
    const warned = [{ code: 'legacy_service', message: expect.stringContaining(sunsetAt) }];
    const made = await s.send(s.owner, 'POST', `${s.one}/auths`, keyedInput(keyed));
    expect(made.json).toMatchObject({ warnings: warned });
    const session = await s.send(s.owner, 'POST', `${s.one}/connect-sessions`, { serviceId });
    expect(session.json).toMatchObject({ warnings: warned });
    expect((await s.send(s.owner, 'GET', `${s.personal}/services/${keyed}`)).json).toMatchObject({
      warnings: warned,
    });
    await s.w.clock.advance(100 * day);
    for (const call of [
      await s.send(s.owner, 'POST', `${s.one}/auths`, keyedInput(keyed)),
      await s.send(s.owner, 'POST', `${s.one}/auths`, keyedInput('old b')),
      await s.send(s.owner, 'POST', `${s.two}/connect-sessions`, { serviceId }),
    ])
      expect(call).toMatchObject({
        status: 410,
        error: { code: 'service_sunset', message: expect.stringContaining(message) },
      });
    expect((await s.send(s.owner, 'GET', `/v1/proxy/${idOf(made)}/me`)).status).toBe(200);
    // Taken back, it is as before.
    await s.send(s.owner, 'PATCH', `/v1/legacy-services/${keyed}`, { sunsetAt: null });
    expect((await s.send(s.owner, 'POST', `${s.one}/auths`, keyedInput(keyed))).status).toBe(201);
  });

  it('R17 is told of 90, 30 and 7 days before and at it, by the schedule, each once', async () => {
    const { serviceId } = await one('a', { sunsetAt: at(100 * day), message: 'Use another.' });
    const { handler } = (await import('#functions/scheduled/sweep-from-start.ts')) as {
      handler: () => Promise<unknown>;
    };
    for (let passed = 0; passed < 110; passed += 2) {
      await s.w.clock.advance(2 * day);
      await handler();
      await s.settle();
    }
    const news = s.w.bus.events.filter(({ type }) => type === 'service.legacy_sunset');
    expect(news.map(({ data }) => Number(data['leadSeconds']) / 86_400)).toEqual([90, 30, 7, 0]);
    expect(news[0]?.data).toMatchObject({ serviceId, workspaceId: s.ids.personal, message: 'Use another.' });
  });

  it('R17 refuses an edit of another version, and a time that is none', async () => {
    const { serviceId } = await one();
    const path = `/v1/legacy-services/${serviceId}`;
    expect((await s.send(s.owner, 'PATCH', path, { sunsetAt: 'soon' })).status).toBe(422);
    expect((await s.send(s.owner, 'PATCH', path, { name: 'x' })).status).toBe(422);
    expect((await s.send(s.owner, 'PATCH', path, { message: 'Old.' })).json).toMatchObject({
      legacy: { message: 'Old.', sunsetAt: null },
    });
    expect((await s.send(s.owner, 'PATCH', path, { sunsetAt: at(day) })).json).toMatchObject({
      legacy: { message: 'Old.' },
    });
    const stale = await s.send(s.owner, 'PATCH', path, { message: null }, { 'if-match': '"2"' });
    expect(stale).toMatchObject({ status: 412, error: { code: 'version_changed' } });
  });
});
