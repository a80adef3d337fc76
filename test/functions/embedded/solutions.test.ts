import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { createService } from '#shared/domain/services/create.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { redirectUri, countingTokens, oauth2Document, tokenDocument } from '../../support/nouns.ts';
import { callAs, embeddedWorld, type EmbeddedWorld } from '../../support/embedded.ts';
import { capturedOutput } from '../../support/output.ts';

let w: EmbeddedWorld;
let keyed: string;
let acme: string;
let output: ReturnType<typeof capturedOutput>;

const made = async (document: unknown): Promise<string> => {
  const { status, json } = await callAs(w.keys.owner, 'POST', `${w.base}/services`, { body: document });
  expect(status).toBe(201);
  return String(json['id']);
};

beforeEach(async () => {
  output = capturedOutput();
  w = await embeddedWorld();
  w.http.answers(countingTokens());
  keyed = await made(tokenDocument());
  acme = await made(oauth2Document());
});
afterEach(() => output.stop());

const solve = async (serviceIds: readonly string[], key = w.keys.contributor) =>
  callAs(key, 'POST', `${w.base}/solutions`, { body: { name: 'Sync', serviceIds } });
const publish = (id: unknown, act = 'publish') =>
  callAs(w.keys.contributor, 'POST', `${w.base}/solutions/${String(id)}/${act}`);
const fields = { api_key: 'the-key' };
const authBody = () => ({ serviceId: keyed, name: 'Main', fields, endUserId: 'customer-17' });
const makeAuth = (body: unknown = authBody()) =>
  callAs(w.keys.contributor, 'POST', `${w.base}/auths`, { body });

describe('services of the embedded workspace', () => {
  it.each(['contributor', 'admin'] as const)(
    'R24 are not made, edited or deleted by a key of the role %s, only by the owner',
    async (role) => {
      const service = `${w.base}/services/${keyed}`;
      const made = await callAs(w.keys[role], 'POST', `${w.base}/services`, { body: tokenDocument() });
      const edited = await callAs(w.keys[role], 'PATCH', service, { body: { name: 'Mine' } });
      const removed = await callAs(w.keys[role], 'DELETE', service);
      expect([made.status, edited.status, removed.status]).toEqual([403, 403, 403]);
      expect((await callAs(w.keys.owner, 'PATCH', service, { body: { name: 'Ours' } })).status).toBe(200);
      expect((await callAs(w.keys.owner, 'DELETE', service)).status).toBe(204);
    },
  );

  it('R25 serve builders for auths of the platform itself, published or not', async () => {
    const { status } = await makeAuth({ serviceId: keyed, name: 'Ours', fields });
    expect(status).toBe(201);
  });
});

describe('a solution', () => {
  it('is made as a draft, read, edited, published, taken back and deleted by a contributor; a viewer only reads', async () => {
    const { status, json } = await solve([keyed]);
    expect([status, json['status'], json['version']]).toEqual([201, 'draft', 1]);
    const path = `${w.base}/solutions/${String(json['id'])}`;
    const edited = await callAs(w.keys.contributor, 'PATCH', path, {
      body: { name: 'Orders', serviceIds: [keyed, acme] },
      headers: { 'if-match': '"1"' },
    });
    expect(edited.json).toMatchObject({ name: 'Orders', serviceIds: [keyed, acme], version: 2 });
    const stale = await callAs(w.keys.contributor, 'PATCH', path, {
      body: { name: 'Late' },
      headers: { 'if-match': '"1"' },
    });
    expect([stale.status, stale.error.code]).toEqual([412, 'version_changed']);
    expect((await publish(json['id'])).json['status']).toBe('published');
    expect((await publish(json['id'])).json['version']).toBe(3);
    expect((await publish(json['id'], 'unpublish')).json['status']).toBe('draft');
    expect((await callAs(w.keys.viewer, 'GET', path)).json['status']).toBe('draft');
    const listed = await callAs(w.keys.viewer, 'GET', `${w.base}/solutions`);
    expect(listed.json['items']).toMatchObject([{ name: 'Orders' }]);
    expect((await solve([keyed], w.keys.viewer)).status).toBe(403);
    expect((await callAs(w.keys.viewer, 'POST', `${path}/publish`)).status).toBe(403);
    expect((await callAs(w.keys.contributor, 'DELETE', path)).status).toBe(204);
    expect((await callAs(w.keys.viewer, 'GET', path)).status).toBe(404);
  });

  it('names services that auths of its workspace may be made with, each that is not told by its place', async () => {
    const unknown = `svc_${'0'.repeat(26)}`;
    const { status, error } = await solve([keyed, unknown]);
    expect([status, error.code, error.details.map(({ path }) => path)]).toEqual([
      422,
      'unknown_service',
      ['body.serviceIds.1'],
    ]);
    expect((await solve([keyed, keyed])).status).toBe(422);
  });

  it('is edited though a service of it was deleted since', async () => {
    const { json } = await solve([keyed]);
    await callAs(w.keys.owner, 'DELETE', `${w.base}/services/${keyed}`);
    const path = `${w.base}/solutions/${String(json['id'])}`;
    const { status } = await callAs(w.keys.contributor, 'PATCH', path, {
      body: { serviceIds: [keyed, acme] },
    });
    expect(status).toBe(200);
  });

  it('is not found from another workspace', async () => {
    const { json } = await solve([keyed]);
    const path = `/v1/workspaces/${w.workspaceId}/solutions/${String(json['id'])}`;
    for (const [method, at] of [
      ['GET', path],
      ['DELETE', path],
      ['POST', `${path}/publish`],
    ] as const)
      expect((await callAs(w.keys.owner, method, at)).error.code).toBe('solution_not_found');
  });
});

describe('an auth for an end user', () => {
  it('R26 is made only while a solution that uses the service is published, and goes on after', async () => {
    const refused = await makeAuth();
    expect([refused.status, refused.error.code]).toEqual([403, 'solution_not_published']);
    const { json: draft } = await solve([keyed]);
    expect((await makeAuth()).status).toBe(403);
    await publish(draft['id']);
    const { status, json: auth } = await makeAuth();
    expect(status).toBe(201);
    await publish(draft['id'], 'unpublish');
    expect((await makeAuth()).error.code).toBe('solution_not_published');
    const used = await callAs(w.keys.contributor, 'GET', `/v1/proxy/${String(auth['id'])}/me`);
    expect(used.status).toBe(200);
    expect(w.vault.paths().filter((path) => path.includes('auth'))).toHaveLength(1);
  });

  it('R26 is not made when the solution is taken back while the provider is asked, and leaves nothing in the vault', async () => {
    const tested = await made(tokenDocument({ name: 'Tested', test: { path: '/me' } }));
    const { json } = await solve([tested]);
    await publish(json['id']);
    const before = w.vault.paths();
    w.http.answers(async () => {
      await publish(json['id'], 'unpublish');
      return countingTokens()();
    });
    const { status, error } = await makeAuth({ ...authBody(), serviceId: tested });
    expect([status, error.code]).toEqual([403, 'solution_not_published']);
    expect(w.vault.paths()).toEqual(before);
  });

  it('R26 needs no solution for a service of the organization workspace', async () => {
    const { id } = await createService(w.deps, {
      organizationId: w.organizationId,
      workspaceId: w.workspaceId,
      input: ServiceInput.parse(tokenDocument()),
    });
    expect((await makeAuth({ ...authBody(), serviceId: id })).status).toBe(201);
  });
});

describe('a connect session for an end user', () => {
  const start = (serviceId: string, more = {}) =>
    callAs(w.keys.contributor, 'POST', `${w.base}/connect-sessions`, {
      body: { serviceId, endUserId: 'customer-17', ...more },
    });
  const pathOf = (url: unknown) => new URL(String(url)).pathname;

  it('R26 is not opened before the solution is published', async () => {
    expect((await start(acme)).error.code).toBe('solution_not_published');
    expect((await start(keyed)).error.code).toBe('solution_not_published');
  });

  it('R26 opened before, makes no auth after the solution is taken back: not its page, not its form, not the callback', async () => {
    const { json } = await solve([keyed, acme]);
    await publish(json['id']);
    const { json: form } = await start(keyed);
    const { json: consent } = await start(acme);
    const page = await callAs('', 'GET', pathOf(consent['url']));
    const state = new URL(page.headers['location'] ?? '').searchParams.get('state') ?? '';
    await publish(json['id'], 'unpublish');
    const asked = w.http.requests.length;
    const late = await callAs('', 'GET', pathOf(form['url']));
    const sent = await callAs('', 'POST', pathOf(form['url']), {
      body: 'api_key=the-key',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const back = await callAs('', 'GET', new URL(redirectUri).pathname, {
      query: `code=the-code&state=${state}`,
    });
    expect([late.status, sent.status]).toEqual([403, 403]);
    expect(back.text).toContain('no solution that uses it is published');
    const read = `${w.base}/connect-sessions/${String(consent['id'])}`;
    expect((await callAs(w.keys.contributor, 'GET', read)).json).toMatchObject({
      status: 'failed',
      error: { code: 'solution_not_published' },
    });
    // The code was not spent: no grant is left with the provider.
    expect(w.http.requests).toHaveLength(asked);
    expect(w.vault.paths().filter((path) => path.includes('auth'))).toEqual([]);
  });

  it('R26 connects an auth again that there is, though the solution was taken back', async () => {
    const { json } = await solve([acme]);
    await publish(json['id']);
    const connect = async (more = {}) => {
      const { status, json: session } = await start(acme, more);
      expect(status).toBe(201);
      const page = await callAs('', 'GET', pathOf(session['url']));
      const state = new URL(page.headers['location'] ?? '').searchParams.get('state') ?? '';
      await callAs('', 'GET', '/oauth/callback', { query: `code=the-code&state=${state}` });
      const read = `${w.base}/connect-sessions/${String(session['id'])}`;
      return (await callAs(w.keys.contributor, 'GET', read)).json;
    };
    const first = await connect();
    expect(first['status']).toBe('complete');
    await publish(json['id'], 'unpublish');
    expect(await connect({ authId: first['authId'] })).toMatchObject({
      status: 'complete',
      authId: first['authId'],
    });
  });

  it('R26 of a process that died after it made the auth is complete, though the solution was taken back since', async () => {
    const { json } = await solve([acme]);
    await publish(json['id']);
    const { json: session } = await start(acme);
    const page = await callAs('', 'GET', pathOf(session['url']));
    const state = new URL(page.headers['location'] ?? '').searchParams.get('state') ?? '';
    // It dies when it writes how the session ended.
    const { replace } = w.deps.store;
    provide({
      ...w.deps,
      store: {
        ...w.deps.store,
        replace: (collection, item) =>
          'status' in item && item.status === 'complete'
            ? Promise.reject(new Error('gone'))
            : replace(collection, item),
      },
    });
    await callAs('', 'GET', '/oauth/callback', { query: `code=the-code&state=${state}` });
    provide(w.deps);
    await publish(json['id'], 'unpublish');
    const read = `${w.base}/connect-sessions/${String(session['id'])}`;
    expect((await callAs(w.keys.contributor, 'GET', read)).json['status']).toBe('complete');
  });
});
