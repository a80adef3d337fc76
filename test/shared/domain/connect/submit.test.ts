import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { loadCredential } from '#shared/domain/auths/credential.ts';
import { openConnect } from '#shared/domain/connect/open.ts';
import { readSession } from '#shared/domain/connect/read.ts';
import { showSession } from '#shared/domain/connect/session.ts';
import { submitConnect } from '#shared/domain/connect/submit.ts';
import { applyEdit } from '#shared/domain/services/apply-edit.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { auths } from '#shared/domain/auths/auth.ts';
import { otherProcess, told, world, type World } from '../../../support/deps.ts';
import {
  authNow,
  countingTokens,
  keyedAuth,
  makeAuth,
  opened,
  tokenDocument,
  tokenService,
} from '../../../support/nouns.ts';
import {
  edited,
  loginDocument,
  ownClientDocument,
  passwordDocument,
  serviceOf,
} from '../../../support/types.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let reply: () => IncomingResponse | Promise<IncomingResponse>;
beforeEach(async () => {
  w = await world();
  reply = countingTokens();
  w.http.answers(() => reply());
});

const credentials = () => w.vault.paths().filter((path) => path.startsWith('auth/'));
const session = async (sessionId: string) =>
  showSession(
    await readSession(w.deps, { organizationId: w.organizationId, workspaceId: w.workspaceId, sessionId }),
  );
const held = async ({ id }: Pick<Auth, 'id'>) => {
  const auth = await authNow(w, id);
  return (await loadCredential(w.deps, auth, auth.credential.version))?.fields;
};

const types: [string, unknown, Record<string, string>, string][] = [
  ["an auth's own client", ownClientDocument(), { client_id: 'c', client_secret: 's' }, 'client_secret'],
  ['password', passwordDocument(), { username: 'u', password: 'p' }, 'password'],
  ['login', loginDocument(), { user: 'u', password: 'p' }, 'password'],
];

describe.each(types)('the form of %s', (_, document, fields, hidden) => {
  let service: Service;
  beforeEach(async () => {
    service = await serviceOf(w, document);
  });

  it('asks for its fields, and makes the auth of what the provider answers', async () => {
    const { id, link, page } = await opened(w, { serviceId: service.id });
    expect(page).toMatchObject({
      kind: 'form',
      fields: Object.keys(fields).map((key) => ({ key })),
      filled: {},
    });
    expect(w.http.requests).toEqual([]);
    expect((await submitConnect(w.deps, link, { fields })).kind).toBe('complete');
    const { status, authId } = await session(id);
    expect(status).toBe('complete');
    expect((await authNow(w, authId ?? '')).state).toBe('active');
  });

  it.each<[string, () => IncomingResponse | Promise<IncomingResponse>, string]>([
    ['refuses', () => jsonAnswer(401, { error: 'invalid_grant', error_description: 'planted' }), 'refused'],
    ['is out of reach', () => Promise.reject(new HttpFailure('connect', false)), 'out of order'],
    ['is busy', () => answer(503), 'http_503'],
    ['answers without a token', () => jsonAnswer(200, { ok: true }), 'unreadable_answer'],
  ])(
    'is shown again when the provider %s, with what was filled in but for secrets, and can be sent anew',
    async (_why, broken, message) => {
      const { id, link } = await opened(w, { serviceId: service.id });
      reply = broken;
      const again = await submitConnect(w.deps, link, { fields });
      expect(again).toMatchObject({ kind: 'form', wrong: { '': expect.stringContaining(message) } });
      if (again.kind !== 'form') throw new Error(again.kind);
      expect(Object.keys(again.filled)).toEqual(Object.keys(fields).filter((key) => key !== hidden));
      expect(JSON.stringify(again.wrong)).not.toContain('planted');
      expect((await session(id)).status).toBe('failed');
      expect(credentials()).toEqual([]);
      reply = countingTokens();
      expect((await submitConnect(w.deps, link, { fields })).kind).toBe('complete');
      expect((await session(id)).status).toBe('complete');
    },
  );

  it('of a reconnect shows what there is but for secrets, and keeps what is left empty or out', async () => {
    const auth = await makeAuth(w, { serviceId: service.id, fields });
    const { link, page } = await opened(w, { serviceId: service.id, authId: auth.id });
    if (page.kind !== 'form') throw new Error(page.kind);
    expect(page.filled).toEqual(Object.fromEntries(Object.entries(fields).filter(([key]) => key !== hidden)));
    const left = Object.fromEntries(Object.keys(fields).map((key) => [key, '']));
    expect((await submitConnect(w.deps, link, { fields: left })).kind).toBe('complete');
    expect(await held(auth)).toEqual(fields);
    const second = await opened(w, { serviceId: service.id, authId: auth.id });
    expect((await submitConnect(w.deps, second.link, { fields: { [hidden]: 'new' } })).kind).toBe('complete');
    expect(await held(auth)).toEqual({ ...fields, [hidden]: 'new' });
    expect((await authNow(w, auth.id)).epoch).toBe(3);
  });

  it('that is refused at a reconnect leaves the auth as it was', async () => {
    const auth = await makeAuth(w, { serviceId: service.id, fields });
    const { link } = await opened(w, { serviceId: service.id, authId: auth.id });
    reply = () => jsonAnswer(200, { ok: true });
    expect((await submitConnect(w.deps, link, { fields: { [hidden]: 'wrong' } })).kind).toBe('form');
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'active', epoch: 1 });
    expect(await held(auth)).toEqual(fields);
    expect(w.vault.versions(credentials()[0] ?? '')).toBe(1);
  });

  it('lays nothing readable in the store', async () => {
    const { link } = await opened(w, { serviceId: service.id });
    const planted = Object.fromEntries(Object.keys(fields).map((key) => [key, `planted-${key}`]));
    await submitConnect(w.deps, link, { fields: planted });
    expect(w.store.dump()).not.toContain('planted');
    expect(JSON.stringify(w.bus.events)).not.toContain('planted');
  });

  it('that a crash ended after the answer was kept is completed by the next look at the session', async () => {
    const { id, link } = await opened(w, { serviceId: service.id });
    const dying = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        insert: (collection, item) =>
          collection.name === auths.name
            ? Promise.reject(new Error('gone'))
            : w.deps.store.insert(collection, item),
      },
    });
    await expect(submitConnect(dying, link, { fields })).rejects.toThrow('gone');
    const { status, authId } = await session(id);
    expect(status).toBe('complete');
    expect((await authNow(w, authId ?? '')).state).toBe('active');
    expect(w.http.requests).toHaveLength(1);
    expect(told(w, 'auth.connected')).toHaveLength(1);
  });
});

describe('a reconnect by form', () => {
  it('works after an edit that took a field away and added another', async () => {
    const service = await tokenService(w, { fields: [{ key: 'api_key' }, { key: 'old' }] });
    const auth = await keyedAuth(w, service, { api_key: 'k', old: 'o' });
    await edited(w, service, tokenDocument({ fields: [{ key: 'api_key' }, { key: 'region' }] }));
    await applyEdit(w.deps, { organizationId: w.organizationId, serviceId: service.id });
    expect((await authNow(w, auth.id)).state).toBe('needs_reconnect');
    const { link } = await opened(w, { serviceId: service.id, authId: auth.id });
    const missing = await submitConnect(w.deps, link, { fields: { api_key: '' } });
    expect(missing).toMatchObject({ kind: 'form', wrong: { region: 'This field is needed.' } });
    expect((await submitConnect(w.deps, link, { fields: { region: 'eu' } })).kind).toBe('complete');
    expect(await held(auth)).toEqual({ api_key: 'k', region: 'eu' });
    expect((await authNow(w, auth.id)).state).toBe('active');
  });

  it('empties an optional field that was shown and is sent empty', async () => {
    const service = await tokenService(w, {
      fields: [{ key: 'api_key' }, { key: 'note', required: false }],
    });
    const auth = await keyedAuth(w, service, { api_key: 'k', note: 'n' });
    const { link } = await opened(w, { serviceId: service.id, authId: auth.id });
    await submitConnect(w.deps, link, { fields: { api_key: '', note: '' } });
    expect(await held(auth)).toEqual({ api_key: 'k' });
  });

  it('changes nothing that the platform has given', async () => {
    const service = await tokenService(w, { fields: [{ key: 'api_key' }, { key: 'tenant' }] });
    const auth = await keyedAuth(w, service, { api_key: 'k', tenant: 'a' });
    const { link } = await opened(w, { serviceId: service.id, authId: auth.id, fields: { tenant: 'b' } });
    await submitConnect(w.deps, link, { fields: { tenant: 'evil', api_key: 'k2' } });
    expect(await held(auth)).toEqual({ api_key: 'k2', tenant: 'b' });
  });

  it('of a session that is complete makes nothing new', async () => {
    const service = await tokenService(w);
    const { link } = await opened(w, { serviceId: service.id });
    await submitConnect(w.deps, link, { fields: { api_key: 'k' } });
    expect((await submitConnect(w.deps, link, { fields: { api_key: 'other' } })).kind).toBe('complete');
    expect((await openConnect(w.deps, link)).kind).toBe('complete');
    expect(told(w, 'auth.connected')).toHaveLength(1);
  });
});

describe('the test of a key that a person filled in', () => {
  const described = () => tokenService(w, { test: { path: '/me', label: 'name' } });

  it('is made once, and names the account', async () => {
    reply = () => jsonAnswer(200, { name: 'Acme Ltd' });
    const { link, id } = await opened(w, { serviceId: (await described()).id });
    await submitConnect(w.deps, link, { fields: { api_key: 'k1' } });
    const { authId } = await session(id);
    expect(await authNow(w, authId!)).toMatchObject({ account: 'Acme Ltd', tested: { ok: true } });
    expect(w.http.requests).toHaveLength(1);
  });

  it('that the service refuses shows the form again and makes nothing', async () => {
    reply = () => answer(401);
    const { link, id } = await opened(w, { serviceId: (await described()).id });
    const next = await submitConnect(w.deps, link, { fields: { api_key: 'k1' } });
    expect(next).toMatchObject({ kind: 'form', wrong: { '': expect.stringContaining('http_401') } });
    expect((await session(id)).status).toBe('pending');
    expect(credentials()).toEqual([]);
  });
});
