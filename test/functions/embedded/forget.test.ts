import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { provide } from '#shared/deps.ts';
import { auths, authKey } from '#shared/domain/auths/auth.ts';
import { AuthRefreshFailed } from '#shared/domain/auths/events.ts';
import { recordHistory } from '#shared/domain/auths/record-history.ts';
import { revokeGrant } from '#shared/domain/auths/revoke.ts';
import { finishForgetting } from '#shared/domain/end-users/finish-forgetting.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { newEvent } from '#shared/events.ts';
import { HttpFailure, type Deps } from '#shared/ports.ts';
import { day, hour, minute, otherProcess } from '../../support/deps.ts';
import { countingTokens, oauth2Document, tokenDocument } from '../../support/nouns.ts';
import { callAs, embeddedWorld, settle, type EmbeddedWorld } from '../../support/embedded.ts';
import { spoiledAuth } from '../../support/poison.ts';
import { capturedOutput } from '../../support/output.ts';
import { answer } from '../../support/watched.ts';

/** No part of any other word here, so that what bears it is found in a dump. */
const person = 'ada.lovelace@person.example';

let w: EmbeddedWorld;
let keyed: string;
let acme: string;
let heard: number;
let revocations: () => ReturnType<typeof answer>;
let output: ReturnType<typeof capturedOutput>;

const owner = (method: string, path: string, body?: unknown) => callAs(w.keys.owner, method, path, { body });

const revocationUrl = 'https://acme.example/oauth/revoke';

/** What is published is carried on, as the reactions do. */
const react = async (): Promise<void> => {
  expect(await settle(w, heard)).toBe(0);
  heard = w.bus.events.length;
};

/** Lets time pass, with the sweep at the end of each stretch. */
const pass = async (milliseconds: number): Promise<void> => {
  await w.clock.advance(milliseconds);
  await sweep(w.deps);
  await react();
};

const makeAuth = async (endUserId: string): Promise<string> => {
  const body = { serviceId: keyed, name: 'Keyed', fields: { api_key: 'the-key' }, endUserId };
  const { status, json } = await owner('POST', `${w.base}/auths`, body);
  expect(status).toBe(201);
  return String(json['id']);
};

const connect = async (endUserId: string): Promise<string> => {
  const { json } = await owner('POST', `${w.base}/connect-sessions`, { serviceId: acme, endUserId });
  const page = await callAs('', 'GET', new URL(String(json['url'])).pathname);
  const state = new URL(page.headers['location'] ?? '').searchParams.get('state') ?? '';
  await callAs('', 'GET', '/oauth/callback', { query: `code=the-code&state=${state}` });
  const read = await owner('GET', `${w.base}/connect-sessions/${String(json['id'])}`);
  return String(read.json['authId']);
};

beforeEach(async () => {
  output = capturedOutput();
  w = await embeddedWorld();
  heard = 0;
  revocations = () => answer(200);
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === revocationUrl ? revocations() : tokens()));
  const umbrella = { name: 'Ours', userCap: 100, capFrees: true, verification: { status: 'demo' } };
  const umbrellaId = (await owner('POST', '/v1/umbrellas', umbrella)).json['id'];
  const document = { ...oauth2Document({ auth: { revocationUrl } }), umbrellaId };
  keyed = String((await owner('POST', `${w.base}/services`, tokenDocument())).json['id']);
  acme = String((await owner('POST', `${w.base}/services`, document)).json['id']);
  const body = { name: 'Sync', serviceIds: [keyed, acme] };
  const solution = String((await owner('POST', `${w.base}/solutions`, body)).json['id']);
  await owner('POST', `${w.base}/solutions/${solution}/publish`);
});
afterEach(() => output.stop());

const forget = (endUserId = person, key = w.keys.admin) =>
  callAs(key, 'POST', `${w.base}/end-users/${encodeURIComponent(endUserId)}/forget`);
const receiptAt = async (id: unknown) => (await owner('GET', `${w.base}/receipts/${String(id)}`)).json;

/** What the store still holds, items and keys, that bears a text. */
const bears = (text: string): readonly string[] => w.held().filter((item) => item.includes(text));

describe('forgetting an end user', () => {
  it('R27 ends the sessions, revokes the grants, destroys the credentials, and leaves nothing that bears the id but a receipt without it', async () => {
    const token = await w.sessionOf(person);
    const [auth, grant, others] = [await makeAuth(person), await connect(person), await connect('bob')];
    const gone = await makeAuth(person);
    await owner('DELETE', `${w.base}/auths/${gone}`);
    await owner('POST', `${w.base}/connect-sessions`, { serviceId: acme, endUserId: person });
    await react();
    const about = { authId: gone, serviceId: keyed, workspaceId: w.embedded };
    const data = { ...about, code: 'http_400', description: `Not for ${person}.` };
    await recordHistory(w.deps, newEvent(w.deps, AuthRefreshFailed, { ...w, data }));
    expect(bears(person).length).toBeGreaterThan(5);

    const { status, json } = await forget();
    expect([status, json['status'], json['digest']]).toEqual([202, 'under_way', null]);
    await react();
    expect(w.vault.paths().filter((path) => [auth, grant].some((id) => path.includes(id)))).toEqual([]);
    // The refresh token and the access token.
    expect(w.http.to(revocationUrl)).toHaveLength(2);
    expect((await owner('GET', `${w.base}/auths/${grant}`)).status).toBe(404);

    await pass(10 * minute);
    const receipt = await receiptAt(json['id']);
    expect(receipt).toMatchObject({
      status: 'complete',
      counts: {
        auths: 2,
        sessions: 1,
        connectSessions: 2,
        revocations: { revoked: 1, not_possible: 1, pending: 0, failed: 0, unknown: 0 },
      },
      auths: expect.arrayContaining([
        { authId: auth, serviceId: keyed, revocation: 'not_possible', code: null },
        { authId: grant, serviceId: acme, revocation: 'revoked', code: null },
      ]),
    });
    expect((await callAs(token, 'GET', '/v1/end-user/auths')).status).toBe(401);
    const hash = createHash('sha256');
    for (const part of [w.organizationId, 'end_user', person]) hash.update(part).update('\0');
    for (const text of [person, hash.digest('base64url')]) expect(bears(text)).toEqual([]);
    // What builders did stays in the history; their histories stay, without the providers' words; the last entry of a count names the auth whose user it has forgotten.
    const meant = [String(json['id']), '"user":"forgotten"', 'HIST#', '#HISTORY#'];
    for (const authId of [auth, grant, gone])
      expect(bears(authId).filter((item) => !meant.some((text) => item.includes(text)))).toEqual([]);
    // Nobody else has lost anything.
    expect((await owner('GET', `/v1/proxy/${others}/me`)).status).toBe(200);
    expect(JSON.stringify(w.bus.events)).not.toContain(person);
    expect(output.text()).not.toContain(person);
  });

  it('R27 gives a receipt whose digest anyone can make again of the rest of it', async () => {
    await makeAuth(person);
    const { json } = await forget();
    await react();
    await pass(10 * minute);
    const { digest, ...rest } = await receiptAt(json['id']);
    const hash = createHash('sha256').update(JSON.stringify(rest)).update('\0').digest('base64url');
    expect(digest).toBe(hash);
    await pass(day);
    expect(await receiptAt(json['id'])).toEqual({ ...rest, digest });
  });

  it('R27 is an admin’s to ask for; a contributor may read the receipt, from its own workspace', async () => {
    expect((await forget(person, w.keys.contributor)).status).toBe(403);
    expect((await forget(person, w.keys.viewer)).status).toBe(403);
    const { json } = await forget();
    const path = `${w.base}/receipts/${String(json['id'])}`;
    expect((await callAs(w.keys.contributor, 'GET', path)).status).toBe(200);
    const elsewhere = await callAs(w.keys.owner, 'GET', path.replace(w.embedded, w.workspaceId));
    expect([elsewhere.status, elsewhere.error.code]).toEqual([404, 'receipt_not_found']);
  });

  it('R27 keeps the count of people under an umbrella, for the provider has counted as well', async () => {
    await connect(person);
    await connect('bob');
    await react();
    const count = async () => {
      const [umbrella] = (await owner('GET', '/v1/umbrellas')).json['items'] as Record<string, unknown>[];
      return (await owner('GET', `/v1/umbrellas/${String(umbrella!['id'])}`)).json['users'];
    };
    expect(await count()).toMatchObject({ count: 2 });
    await forget();
    await react();
    await pass(10 * minute);
    expect(await count()).toMatchObject({ count: 1 });
    await connect('eve');
    await react();
    expect(await count()).toMatchObject({ count: 2 });
    await connect(person);
    await react();
    expect(await count()).toMatchObject({ count: 3 });
  });

  it('R27 takes what is asked for twice as one, and somebody unknown as somebody', async () => {
    await makeAuth(person);
    const [first, second] = await Promise.all([forget(), forget()]);
    expect(first.json['id']).toBe(second.json['id']);
    await react();
    expect((await forget()).json['id']).toBe(first.json['id']);
    const { json } = await forget('nobody');
    await react();
    await pass(10 * minute);
    expect(await receiptAt(json['id'])).toMatchObject({ status: 'complete', counts: { auths: 0 } });
    expect((await forget()).json['id']).not.toBe(first.json['id']);
  });

  it('R27 lets nothing new be made meanwhile, and all of it after', async () => {
    await makeAuth(person);
    const { json } = await owner('POST', `${w.base}/connect-sessions`, {
      serviceId: keyed,
      endUserId: person,
    });
    await forget();
    const body = { serviceId: keyed, name: 'x', fields: { api_key: 'k' }, endUserId: person };
    const refused = [
      await owner('POST', `${w.base}/auths`, body),
      await owner('POST', `${w.base}/connect-sessions`, { serviceId: acme, endUserId: person }),
      await owner('POST', `${w.base}/end-user-sessions`, { endUserId: person }),
      await callAs('', 'GET', new URL(String(json['url'])).pathname),
    ];
    expect(refused.map(({ status }) => status)).toEqual([409, 409, 409, 409]);
    expect(refused[0]!.error.code).toBe('end_user_being_forgotten');
    await react();
    await pass(10 * minute);
    expect((await owner('POST', `${w.base}/auths`, body)).status).toBe(201);
  });

  it('R27 is done though the provider is down; the receipt says when that was given up', async () => {
    const grant = await connect(person);
    revocations = () => {
      throw new HttpFailure('connect', false);
    };
    const { json } = await forget();
    await react();
    await pass(10 * minute);
    expect(await receiptAt(json['id'])).toMatchObject({
      status: 'forgotten',
      digest: null,
      auths: [{ authId: grant, revocation: 'pending' }],
    });
    expect(bears(person)).toEqual([]);
    for (let hours = 0; hours < 80; hours += 1) await pass(hour);
    expect(await receiptAt(json['id'])).toMatchObject({
      status: 'complete',
      auths: [{ authId: grant, revocation: 'failed', code: 'connect' }],
    });
  });

  it('R27 tells when the provider refused', async () => {
    revocations = () => answer(400);
    await connect(person);
    const { json } = await forget();
    await react();
    await pass(10 * minute);
    expect((await receiptAt(json['id']))['auths']).toMatchObject([
      { revocation: 'failed', code: 'http_400' },
    ]);
  });

  it('R27 takes the id out of what they were refused in another workspace, too', async () => {
    const token = await w.sessionOf(person);
    const elsewhere = `/v1/workspaces/${w.workspaceId}/auths`;
    expect((await callAs(token, 'POST', elsewhere, { body: {} })).status).toBe(404);
    await forget();
    await react();
    await pass(10 * minute);
    expect(bears(person)).toEqual([]);
  });

  it('R27 destroys all the others when one auth cannot be read any more, and that one’s credential too', async () => {
    const authIds = [await makeAuth(person), await connect(person), await makeAuth(person)];
    const [first] = authIds;
    await react();
    await spoiledAuth(w, (await w.deps.store.get(auths, authKey(w.organizationId, first!)))!);
    const { json } = await forget();
    await react();
    expect(w.vault.paths().filter((path) => authIds.some((id) => path.includes(id)))).toEqual([]);
    await pass(10 * minute);
    expect(await receiptAt(json['id'])).toMatchObject({
      status: 'complete',
      auths: expect.arrayContaining([
        { authId: first, serviceId: keyed, revocation: 'unknown', code: null },
      ]) as unknown,
      counts: { auths: 3, revocations: { unknown: 1, revoked: 1, not_possible: 1 } },
    });
    expect(bears(person)).toEqual([]);
  });

  it('R27 leaves none of their credentials when one of them cannot be destroyed for now', async () => {
    const authIds = [await makeAuth(person), await connect(person), await makeAuth(person)];
    const { vault } = w.deps;
    const remove: typeof vault.remove = (ref) =>
      ref.id === authIds[0] ? Promise.reject(new Error('down')) : vault.remove(ref);
    provide({ ...w.deps, vault: { ...vault, remove } });
    await forget();
    expect(await settle(w, heard)).toBe(1);
    const left = () => authIds.filter((id) => w.vault.paths().some((path) => path.includes(id)));
    expect(left()).toEqual([authIds[0]]);
    provide(w.deps);
    heard = w.bus.events.length;
    await pass(2 * minute);
    expect(left()).toEqual([]);
  });

  it('R27 forgets what a session that was ended late did in its last seconds', async () => {
    const token = await w.sessionOf(person);
    const elsewhere = otherProcess(w.deps);
    const remove = async () => {
      provide(elsewhere);
      const path = `/v1/end-user/auths/auth_${'0'.repeat(26)}`;
      const { status } = await callAs(token, 'DELETE', path);
      provide(w.deps);
      return status;
    };
    const { json } = await forget();
    await w.clock.advance(11 * minute);
    expect(await remove()).toBe(404);
    await react();
    expect(await remove()).toBe(404);
    await pass(10 * minute);
    expect(await remove()).toBe(401);
    expect(await receiptAt(json['id'])).toMatchObject({ status: 'complete', counts: { sessions: 1 } });
    expect(bears(person)).toEqual([]);
  });

  it('R27 keeps nobody out for ever when a process that goes on with it dies after another has ended it', async () => {
    const { json } = await forget();
    await react();
    await w.clock.advance(10 * minute);
    const finish = (deps: Deps) =>
      finishForgetting(deps, { ...w, workspaceId: w.embedded, receiptId: String(json['id']) });
    const { store } = w.deps;
    let dead = false;
    const dying: typeof store.insert = async (collection, item) => {
      await finish(w.deps);
      dead = true;
      return store.insert(collection, item);
    };
    const get: typeof store.get = (collection, key) =>
      dead ? Promise.reject(new Error('died')) : store.get(collection, key);
    await finish(otherProcess(w.deps, { store: { ...store, insert: dying, get } })).catch(() => undefined);
    await pass(10 * minute);
    expect(await receiptAt(json['id'])).toMatchObject({ status: 'complete' });
    await makeAuth(person);
  });

  it('R27 waits for word of a revocation that took hours', async () => {
    const grant = await connect(person);
    revocations = () => answer(503);
    const { json } = await forget();
    await react();
    for (let minutes = 0; minutes < 120; minutes += 10) await pass(10 * minute);
    revocations = () => answer(200);
    await revokeGrant(w.deps, { ...w, authId: grant });
    // The provider has answered, and the event of it is still on its way.
    const finish = () =>
      finishForgetting(w.deps, { ...w, workspaceId: w.embedded, receiptId: String(json['id']) });
    await finish();
    await react();
    await finish();
    expect(await receiptAt(json['id'])).toMatchObject({
      status: 'complete',
      auths: [{ authId: grant, revocation: 'revoked', code: null }],
    });
  });

  it('R27 is done though the process that was asked died before it had answered', async () => {
    await makeAuth(person);
    const { store } = w.deps;
    const insert: typeof store.insert = (collection, item) =>
      collection.name === 'forgetting' ? Promise.reject(new Error('died')) : store.insert(collection, item);
    provide({ ...w.deps, store: { ...store, insert } });
    expect((await forget()).status).toBe(500);
    provide(w.deps);
    await pass(2 * minute);
    await pass(10 * minute);
    expect(bears(person)).toEqual([]);
  });

  it('R27 goes on where it stopped, whichever write its process died at', async () => {
    let died = 1;
    for (let fatal = 0; died > 0; fatal += 1) {
      provide(w.deps);
      const authIds = [await makeAuth(person), await connect(person)];
      await w.sessionOf(person);
      await react();
      const { json } = await forget();
      // The n-th write of each run of the reactions fails, and all after it, until the process is another.
      let [writes, dead] = [0, false];
      const dying = <A extends unknown[], R>(write: (...input: A) => Promise<R>) => {
        return (...input: A): Promise<R> => {
          dead ||= writes++ === fatal;
          return dead ? Promise.reject(new Error('died')) : write(...input);
        };
      };
      const { store, vault } = w.deps;
      provide({
        ...w.deps,
        store: {
          ...store,
          insert: dying(store.insert),
          replace: dying(store.replace),
          remove: dying(store.remove),
        },
        vault: { ...vault, remove: dying(vault.remove) },
      });
      await settle(w, heard);
      await w.clock.advance(10 * minute);
      await sweep(w.deps);
      await settle(w, heard);
      died = dead ? 1 : 0;
      provide(w.deps);
      heard = w.bus.events.length;
      for (let round = 0; round < 18; round += 1) {
        await w.clock.advance(10 * minute);
        // What was asked for and not done is found by the sweep that begins at the beginning.
        await sweepFromStart(w.deps);
        await react();
      }
      const receipt = await receiptAt(json['id']);
      expect({ fatal, status: receipt['status'], counts: receipt['counts'] }).toMatchObject({
        fatal,
        status: 'complete',
        counts: { auths: 2 },
      });
      expect({ fatal, left: bears(person) }).toEqual({ fatal, left: [] });
      expect(w.vault.paths().filter((path) => authIds.some((id) => path.includes(id)))).toEqual([]);
      expect(fatal).toBeLessThan(200);
    }
  }, 120_000);
});
