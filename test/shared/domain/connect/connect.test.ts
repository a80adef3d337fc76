import { beforeEach, describe, expect, it } from '@jest/globals';
import { authKey, auths } from '#shared/domain/auths/auth.ts';
import { loadCredential, openCredential } from '#shared/domain/auths/credential.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { SessionDue } from '#shared/domain/connect/events.ts';
import { settleDueSession } from '#shared/domain/connect/finish.ts';
import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { openConnect } from '#shared/domain/connect/open.ts';
import { submitConnect } from '#shared/domain/connect/submit.ts';
import { readSession } from '#shared/domain/connect/read.ts';
import { NewSession, showSession } from '#shared/domain/connect/session.ts';
import { startConnect } from '#shared/domain/connect/start.ts';
import { inUse } from '#shared/domain/services/current.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { removeService } from '#shared/domain/services/remove.ts';
import { EgressRefused, HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import {
  hour,
  minute,
  otherProcess,
  passing,
  told,
  turns,
  world,
  type World,
} from '../../../support/deps.ts';
import {
  authNow,
  callback,
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Service,
  opened,
  redirectUri,
  sharedWorkspace,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let service: Service;

beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  service = await oauth2Service(w);
});

const calls = () => w.http.to(tokenUrl).length;
const read = async (sessionId: string) =>
  showSession(
    await readSession(w.deps, { organizationId: w.organizationId, workspaceId: w.workspaceId, sessionId }),
  );
const complete = (query: string | URLSearchParams, deps = w.deps) =>
  completeConnect(deps, { query: new URLSearchParams(query), redirectUri });
const begin = (input: Record<string, unknown> = {}) => opened(w, { serviceId: service.id, ...input });
const credentials = () => w.vault.paths().filter((path) => path.startsWith('auth/'));
const fieldsOf = async (authId: string) => {
  const auth = await authNow(w, authId);
  return (await loadCredential(w.deps, auth, auth.credential.version))?.fields;
};

describe('a connect session', () => {
  it('sends the person to the provider and makes the auth of what comes back', async () => {
    const session = await begin({ name: 'Mine', endUserId: 'customer-17' });
    expect(session.provider?.origin).toBe('https://acme.example');
    expect(session.provider?.searchParams.get('redirect_uri')).toBe(
      'https://latchkey.example/oauth/callback',
    );
    expect(await read(session.id)).toMatchObject({ status: 'pending', authId: null });
    const completed = await complete(callback(session.state));
    expect(completed).toMatchObject({ kind: 'concluded', session: { status: 'complete' } });
    const { authId } = await read(session.id);
    expect(await authNow(w, authId ?? '')).toMatchObject({
      state: 'active',
      name: 'Mine',
      endUserId: 'customer-17',
      epoch: 1,
    });
    expect(told(w, 'auth.')).toEqual(['auth.connected']);
  });

  it('exchanges the code with the verifier that belongs to its challenge', async () => {
    const session = await begin();
    await complete(callback(session.state, 'a-code'));
    const form = new URLSearchParams(String(w.http.requests[0]?.body));
    const { createHash } = await import('node:crypto');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    expect(challenge).toBe(session.provider?.searchParams.get('code_challenge'));
    expect(form.get('code')).toBe('a-code');
  });

  it('is a 404 from another workspace, like one that there is not', async () => {
    const { id: sessionId } = await begin();
    const { id: workspaceId } = await sharedWorkspace(w);
    const where = { organizationId: w.organizationId, workspaceId, sessionId };
    await expect(readSession(w.deps, where)).rejects.toMatchObject({
      status: 404,
      code: 'connect_session_not_found',
    });
  });

  it("has a link that works for an hour and is nobody else's", async () => {
    const { link } = await begin();
    const wrong = link.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    for (const text of [wrong, '', 'x', `${link}0`, link.toUpperCase()])
      await expect(openConnect(w.deps, text)).rejects.toMatchObject({ status: 404, code: 'link_not_found' });
    await w.clock.advance(hour - 1);
    expect((await openConnect(w.deps, link)).kind).toBe('provider');
    await w.clock.advance(1);
    await expect(openConnect(w.deps, link)).rejects.toMatchObject({ status: 404 });
    await expect(submitConnect(w.deps, link, { fields: {} })).rejects.toMatchObject({ status: 404 });
  });

  it('once complete shows that, and makes nothing new', async () => {
    const { link, state } = await begin();
    await complete(callback(state));
    expect((await openConnect(w.deps, link)).kind).toBe('complete');
    expect((await submitConnect(w.deps, link, { fields: {} })).kind).toBe('complete');
    expect(calls()).toBe(1);
  });

  it('stays complete when the callback of another page of it comes later', async () => {
    const { id, link, state } = await begin();
    const again = await openConnect(w.deps, link);
    const other = again.kind === 'provider' ? (again.url.searchParams.get('state') ?? '') : '';
    await complete(callback(state));
    expect(await complete(`state=${other}&error=access_denied`)).toMatchObject({
      session: { status: 'complete' },
    });
    expect((await read(id)).status).toBe('complete');
  });
});

describe('a state', () => {
  it('works once, even for two callbacks at the same time: one exchange', async () => {
    const { id, state } = await begin();
    const kinds = await Promise.all([
      complete(callback(state)),
      complete(callback(state), otherProcess(w.deps)),
    ]);
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(['concluded', 'used_state']);
    expect(calls()).toBe(1);
    expect((await read(id)).status).toBe('complete');
    expect((await complete(callback(state))).kind).toBe('used_state');
    expect(calls()).toBe(1);
  });

  it('works for ten minutes', async () => {
    const { id, state } = await begin();
    await w.clock.advance(10 * minute);
    expect(await complete(callback(state))).toMatchObject({
      session: { status: 'failed', error: { code: 'state_expired' } },
    });
    expect([calls(), (await read(id)).error?.code]).toEqual([0, 'state_expired']);
  });

  it.each(['', 'state=', 'state=unknown&code=c', 'code=c'])(
    'that is not known answers so: %j',
    async (query) => {
      expect(await complete(query)).toEqual({ kind: 'unknown_state' });
    },
  );

  it('that came twice is not known', async () => {
    const { state } = await begin();
    expect(await complete(`state=${state}&state=${state}&code=c`)).toEqual({ kind: 'unknown_state' });
    expect((await complete(callback(state))).kind).toBe('concluded');
  });

  it.each([
    ['error=access_denied', 'access_denied'],
    ['error=server_error&error_description=%3Cscript%3E', 'server_error'],
    ['code=a&code=b', 'malformed_callback'],
    ['', 'malformed_callback'],
  ])('that comes back with %j fails the session with a link to try again', async (query, code) => {
    const { id, link, state } = await begin();
    const completed = await complete(`state=${state}&${query}`);
    expect(completed.kind === 'concluded' && completed.link.reveal()).toBe(link);
    expect(await read(id)).toMatchObject({ status: 'failed', authId: null, error: { code } });
    expect(calls()).toBe(0);
  });

  it('that failed can be followed by another of the same session, which then completes', async () => {
    const { id, link, state } = await begin();
    await complete(`state=${state}&error=access_denied`);
    const again = await openConnect(w.deps, link);
    const second = again.kind === 'provider' ? (again.url.searchParams.get('state') ?? '') : '';
    await complete(callback(second));
    expect(await read(id)).toMatchObject({ status: 'complete', error: null });
  });
});

describe('an exchange', () => {
  it.each<[string, () => Promise<IncomingResponse>, string]>([
    ['is refused', () => Promise.resolve(jsonAnswer(400, { error: 'invalid_grant' })), 'invalid_grant'],
    [
      'meets a refused application',
      () => Promise.resolve(jsonAnswer(401, { error: 'invalid_client' })),
      'invalid_client',
    ],
    ['is answered with no token', () => Promise.resolve(jsonAnswer(200, { ok: true })), 'unreadable_answer'],
    ['is answered with a server error', () => Promise.resolve(answer(503)), 'http_503'],
    ['is not answered', () => Promise.reject(new HttpFailure('timeout', true)), 'interrupted'],
    ['leads to a refused address', () => Promise.reject(new EgressRefused('no')), 'interrupted'],
  ])('that %s fails the session and leaves nothing', async (_, reply, code) => {
    w.http.answers(reply);
    const { id, state } = await begin();
    await complete(callback(state));
    expect(await read(id)).toMatchObject({ status: 'failed', error: { code } });
    expect(credentials()).toEqual([]);
    expect(told(w, 'auth.')).toEqual([]);
  });

  it('whose answer no vault takes fails the session, so that the platform knows', async () => {
    const { id, state } = await begin();
    const broken = otherProcess(w.deps, {
      vault: { ...w.deps.vault, put: () => Promise.reject(new Error('down')) },
    });
    await passing(w.clock, complete(callback(state), broken));
    expect(await read(id)).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
    expect(credentials()).toEqual([]);
  });

  it('that a crash ended after its answer was kept is completed by whoever asks next', async () => {
    const { id, state } = await begin();
    const dying = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        insert: (collection, item) =>
          collection.name === auths.name
            ? Promise.reject(new Error('gone'))
            : w.deps.store.insert(collection, item),
      },
    });
    await expect(complete(callback(state), dying)).rejects.toThrow('gone');
    const { status, authId } = await read(id);
    expect(status).toBe('complete');
    expect((await authNow(w, authId ?? '')).state).toBe('active');
    expect(calls()).toBe(1);
    await read(id);
    expect(told(w, 'auth.connected')).toHaveLength(1);
  });

  it('that a crash ended after its answer was kept is completed by the schedule, though nobody asks', async () => {
    const { id, state } = await begin();
    const dying = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        insert: (collection, item) =>
          collection.name === auths.name
            ? Promise.reject(new Error('gone'))
            : w.deps.store.insert(collection, item),
      },
    });
    await expect(complete(callback(state), dying)).rejects.toThrow('gone');
    const due = { organizationId: w.organizationId, sessionId: id };
    await settleDueSession(w.deps, due);
    expect(told(w, 'auth.connected')).toEqual([]);
    await w.clock.advance(4 * minute);
    await sweepFromStart(w.deps);
    const asked = w.bus.events.find(({ type }) => type === SessionDue.type)?.data;
    expect(SessionDue.data.parse(asked).sessionIds).toEqual([id]);
    await settleDueSession(w.deps, due);
    await settleDueSession(w.deps, due);
    expect(told(w, 'auth.connected')).toHaveLength(1);
    expect(calls()).toBe(1);
    expect((await read(id)).status).toBe('complete');
  });

  it('that a crash ended before anything was kept has failed by the schedule, and the person may try again', async () => {
    const { id, state } = await begin();
    const dying = otherProcess(w.deps, { http: { send: () => new Promise(() => undefined) } });
    void complete(callback(state), dying);
    await turns();
    await w.clock.advance(4 * minute);
    await settleDueSession(w.deps, { organizationId: w.organizationId, sessionId: id });
    expect(await read(id)).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
    await sweepFromStart(w.deps);
    expect(told(w, SessionDue.type)).toEqual([]);
  });

  it('that a crash ended before the session was told of its auth is completed, and the auth made once', async () => {
    const { id, state } = await begin();
    const dying = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        replace: (collection, item) =>
          collection.name === 'connect_session' && told(w, 'auth.connected').length > 0
            ? Promise.reject(new Error('gone'))
            : w.deps.store.replace(collection, item),
      },
    });
    await expect(complete(callback(state), dying)).rejects.toThrow('gone');
    expect((await complete(callback(state))).kind).toBe('used_state');
    expect((await read(id)).status).toBe('complete');
    expect(told(w, 'auth.connected')).toHaveLength(1);
  });

  it('that failed for one page of a session does not touch what another page has connected', async () => {
    const { id, link, state } = await begin();
    const again = await openConnect(w.deps, link);
    const second = again.kind === 'provider' ? (again.url.searchParams.get('state') ?? '') : '';
    const [good, bad] = [
      Promise.withResolvers<IncomingResponse>(),
      Promise.withResolvers<IncomingResponse>(),
    ];
    w.http.answers(({ body }) => (String(body).includes('code=one') ? good.promise : bad.promise));
    const first = complete(callback(state, 'one'));
    await turns();
    const other = complete(callback(second, 'two'), otherProcess(w.deps));
    await turns();
    good.resolve(jsonAnswer(200, { access_token: 'good', expires_in: 3600 }));
    await first;
    bad.resolve(jsonAnswer(200, { ok: false }));
    await other;
    expect(calls()).toBe(2);
    const { authId } = await read(id);
    const auth = await authNow(w, authId ?? '');
    const kept = await loadCredential(w.deps, auth, auth.credential.version);
    expect(kept && openCredential(kept, inUse(service, 'production'))?.values['access_token']).toBe('good');
  });
});

describe('renewing in place', () => {
  it('raises the epoch, keeps id, name and fields, and makes the auth active again', async () => {
    service = await oauth2Service(w, {
      baseUrl: 'https://{{sub}}.acme.example',
      fields: [{ key: 'sub' }, { key: 'note', required: false }],
    });
    const auth = await connectedAuth(w, service, { name: 'Mine', fields: { sub: 'eu', note: 'kept' } });
    await w.clock.advance(hour);
    const { id, page } = await begin({ authId: auth.id, name: 'Other', fields: { note: 'new' } });
    expect(page.kind).toBe('provider');
    const state = page.kind === 'provider' ? (page.url.searchParams.get('state') ?? '') : '';
    await complete(callback(state));
    expect((await read(id)).authId).toBe(auth.id);
    expect(await authNow(w, auth.id)).toMatchObject({
      epoch: 2,
      name: 'Mine',
      state: 'active',
      consentedAt: w.clock.now(),
    });
    expect(await fieldsOf(auth.id)).toEqual({ sub: 'eu', note: 'new' });
    expect(told(w, 'auth.connected')).toHaveLength(2);
  });

  it('leaves the auth as it was when it fails', async () => {
    const auth = await connectedAuth(w, service);
    const { state } = await begin({ authId: auth.id });
    w.http.answers(() => jsonAnswer(200, { nothing: true }));
    await complete(callback(state));
    expect(await authNow(w, auth.id)).toEqual(auth);
    expect(await loadCredential(w.deps, auth, auth.credential.version)).toBeDefined();
  });

  it('is refused with another service, and for an auth of another workspace', async () => {
    const auth = await connectedAuth(w, service);
    const other = await oauth2Service(w);
    await expect(opened(w, { serviceId: other.id, authId: auth.id })).rejects.toMatchObject({
      status: 409,
      code: 'other_service',
    });
    const { id: workspaceId } = await sharedWorkspace(w);
    await expect(
      opened({ ...w, workspaceId }, { serviceId: service.id, authId: auth.id }),
    ).rejects.toMatchObject({
      status: 404,
      code: 'auth_not_found',
    });
  });

  it('of an auth that is deleted meanwhile leaves nothing in the vault', async () => {
    const auth = await connectedAuth(w, service);
    const { id, state } = await begin({ authId: auth.id });
    const slow = Promise.withResolvers<IncomingResponse>();
    w.http.answers(() => slow.promise);
    const completing = complete(callback(state));
    await turns();
    await removeAuth(otherProcess(w.deps), {
      organizationId: w.organizationId,
      workspaceId: w.workspaceId,
      authId: auth.id,
      ifMatch: undefined,
    });
    slow.resolve(jsonAnswer(200, { access_token: 'late' }));
    await completing;
    expect((await read(id)).status).toBe('failed');
    expect(credentials()).toEqual([]);
    expect(await w.deps.store.get(auths, authKey(w.organizationId, auth.id))).toBeUndefined();
  });
});

describe('fields', () => {
  const described = () =>
    oauth2Service(w, {
      baseUrl: 'https://{{sub}}.acme.example',
      fields: [
        { key: 'sub', pattern: '^[a-z]+$', help: 'The part before .acme.example' },
        { key: 'note', required: false },
      ],
      auth: { tokenUrl: 'https://{{sub}}.acme.example/token' },
    });

  it('that are missing are asked for before the person goes on to the provider', async () => {
    service = await described();
    const { link, page, id } = await begin();
    expect(page).toMatchObject({ kind: 'form', fields: [{ key: 'sub' }, { key: 'note' }] });
    expect(await submitConnect(w.deps, link, { fields: { sub: 'EU!' } })).toMatchObject({
      kind: 'form',
      wrong: { sub: expect.stringContaining('The part before .acme.example') },
      filled: { sub: 'EU!' },
    });
    expect(await submitConnect(w.deps, link, { fields: {} })).toMatchObject({
      wrong: { sub: 'This field is needed.' },
    });
    expect(await submitConnect(w.deps, link, { fields: { sub: 'eu', other: 'x' } })).toMatchObject({
      kind: 'form',
    });
    expect((await read(id)).status).toBe('pending');
    const next = await submitConnect(w.deps, link, { fields: { sub: 'eu' } });
    const state = next.kind === 'provider' ? (next.url.searchParams.get('state') ?? '') : '';
    await complete(callback(state));
    expect(w.http.requests[0]?.url).toBe('https://eu.acme.example/token');
    expect(await fieldsOf((await read(id)).authId ?? '')).toEqual({ sub: 'eu' });
  });

  it('that are wrong are asked for again, and none besides that the platform gave', async () => {
    service = await oauth2Service(w, {
      baseUrl: 'https://{{sub}}.acme.example',
      fields: [
        { key: 'sub', pattern: '^[a-z]+$' },
        { key: 'given', secret: true },
        { key: 'pin', secret: true },
      ],
    });
    const { link, page } = await begin({ fields: { given: 'by the platform' } });
    const asked = (form: typeof page) => (form.kind === 'form' ? form.fields.map(({ key }) => key) : []);
    expect(asked(page)).toEqual(['sub', 'pin']);
    const again = await submitConnect(w.deps, link, { fields: { sub: 'EU', pin: '1234' } });
    expect(asked(again)).toEqual(['sub', 'pin']);
    expect(again).toMatchObject({ filled: { sub: 'EU' } });
    expect(JSON.stringify(again)).not.toContain('1234');
  });

  it('that the platform gave cannot be changed by the person', async () => {
    service = await oauth2Service(w, {
      baseUrl: 'https://{{region}}.acme.example',
      fields: [{ key: 'region' }, { key: 'team' }],
    });
    const { link } = await begin({ fields: { region: 'eu' } });
    const next = await submitConnect(w.deps, link, { fields: { region: 'elsewhere', team: 'sales' } });
    const state = next.kind === 'provider' ? next.url.searchParams.get('state')! : '';
    const done = await complete(callback(state));
    const authId = done.kind === 'concluded' ? done.session.authId : '';
    expect(await fieldsOf(authId)).toEqual({ region: 'eu', team: 'sales' });
  });

  it('that the platform gives are checked when the session is opened, and not asked for again', async () => {
    service = await described();
    for (const fields of [{ sub: 'EU' }, { other: 'x' }])
      await expect(begin({ fields })).rejects.toMatchObject({ status: 422, code: 'invalid_fields' });
    expect((await begin({ fields: { sub: 'eu' } })).page.kind).toBe('provider');
  });

  it('of a token service become its auth', async () => {
    service = await tokenService(w);
    const { id, link, page } = await begin({ name: 'Keyed' });
    expect(page).toMatchObject({ kind: 'form', fields: [{ key: 'api_key' }] });
    expect(await submitConnect(w.deps, link, { fields: { api_key: '' } })).toMatchObject({
      wrong: { api_key: expect.anything() },
    });
    expect((await submitConnect(w.deps, link, { fields: { api_key: 'k1' } })).kind).toBe('complete');
    expect(await fieldsOf((await read(id)).authId ?? '')).toEqual({ api_key: 'k1' });
    expect(calls()).toBe(0);
  });

  it('of a token service replace those of the auth that is renewed', async () => {
    service = await tokenService(w);
    const auth = await keyedAuth(w, service);
    const { link } = await begin({ authId: auth.id });
    await submitConnect(w.deps, link, { fields: { api_key: 'k2' } });
    expect(await fieldsOf(auth.id)).toEqual({ api_key: 'k2' });
    expect((await authNow(w, auth.id)).epoch).toBe(2);
  });

  it('sent twice at the same time make one auth', async () => {
    service = await tokenService(w);
    const { id, link } = await begin();
    const both = await Promise.allSettled([
      submitConnect(w.deps, link, { fields: { api_key: 'k1' } }),
      submitConnect(otherProcess(w.deps), link, { fields: { api_key: 'k1' } }),
    ]);
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect((await read(id)).status).toBe('complete');
    expect(told(w, 'auth.connected')).toHaveLength(1);
  });

  it('of which no URL can be made are told to the person without their values', async () => {
    service = await oauth2Service(w, {
      fields: [{ key: 'sub' }],
      auth: { authorizationUrl: 'https://{{sub}}.acme.example/authorize' },
    });
    const { link } = await begin();
    const submitted = submitConnect(w.deps, link, { fields: { sub: 'evil.example/#' } });
    await expect(submitted).rejects.toMatchObject({ status: 422, code: 'unusable_fields' });
    await expect(submitted).rejects.not.toThrow(/evil/);
  });
});

describe('opening a session', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', '/relative', 'https://user:pass@acme.example'])(
    'refuses the return URL %s',
    (returnUrl) => {
      expect(NewSession.safeParse({ serviceId: service.id, returnUrl }).success).toBe(false);
    },
  );

  it('keeps the return URL', async () => {
    const { state } = await begin({ returnUrl: 'https://platform.example/done?a=1' });
    expect(await complete(callback(state))).toMatchObject({
      session: { returnUrl: 'https://platform.example/done?a=1' },
    });
  });

  it('answers 404 with advice for a service that cannot be used here (R2, R9)', async () => {
    const { id: workspaceId } = await sharedWorkspace(w);
    const { id: third } = await sharedWorkspace(w);
    const own = await oauth2Service({ ...w, workspaceId });
    const start = startConnect(w.deps, {
      organizationId: w.organizationId,
      workspaceId: third,
      input: { serviceId: own.id },
    });
    await expect(start).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining('create one'),
    });
  });

  it('whose service is deleted before the person consents ends in a clear answer and makes no auth', async () => {
    const { state } = await begin();
    await removeService(w.deps, {
      force: false,
      organizationId: w.organizationId,
      workspaceId: w.workspaceId,
      serviceId: service.id,
      ifMatch: undefined,
    });
    await expect(complete(callback(state))).rejects.toMatchObject({ status: 404, code: 'service_not_found' });
    expect([calls(), credentials()]).toEqual([0, []]);
  });
});

it('lays nothing readable in the store: neither links, states, verifiers, codes, fields nor tokens', async () => {
  const planted = { sub: 'planted-field-value' };
  service = await oauth2Service(w, {
    fields: [{ key: 'sub' }],
    auth: { clientSecret: 'planted-client-secret' },
  });
  w.http.answers(() => jsonAnswer(200, { access_token: 'planted-access', refresh_token: 'planted-refresh' }));
  const { link, state } = await begin({ fields: planted });
  await complete(callback(state, 'planted-code'));
  const verifier = new URLSearchParams(String(w.http.requests[0]?.body)).get('code_verifier');
  const token = link.slice(link.lastIndexOf('_') + 1);
  const dump = w.store.dump();
  for (const text of ['planted', state, link, token, verifier ?? '?']) expect(dump).not.toContain(text);
  expect(JSON.stringify(w.bus.events)).not.toMatch(/planted/);
});
