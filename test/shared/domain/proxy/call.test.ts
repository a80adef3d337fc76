import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { listHistory } from '#shared/domain/history/list.ts';
import { putMembership } from '#shared/domain/members/put-in-workspace.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { updateService } from '#shared/domain/services/update.ts';
import { EgressRefused, HttpFailure } from '#shared/ports.ts';
import { hour, minute, told, world, type World } from '../../../support/deps.ts';
import {
  actor,
  authNow,
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Document,
  oauth2Service,
  sharedWorkspace,
  tokenDocument,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let service: Service;
let auth: Auth;

beforeEach(async () => {
  w = await world();
  const tokens = countingTokens();
  w.http.answers(({ url }) =>
    url === tokenUrl ? tokens() : answer(200, 'hello', [['content-type', 'text/plain']]),
  );
  service = await oauth2Service(w);
  auth = await connectedAuth(w, service);
});

const call = (parts: Partial<Parameters<typeof proxyCall>[1]> = {}) =>
  proxyCall(w.deps, {
    actor: actor(w),
    authId: auth.id,
    method: 'GET',
    path: '/me',
    query: '',
    headers: [],
    body: undefined,
    ...parts,
  });
const last = () => w.http.requests.at(-1)!;
const read = async (body: AsyncIterable<Uint8Array>) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('an answer that says that the token is over', () => {
  const refusing = (tokens = countingTokens(), refused = 401) => {
    let made = 1;
    w.http.answers(({ url, headers }) => {
      if (url === tokenUrl) {
        made += 1;
        return made === 2 ? (tokens(), tokens()) : tokens();
      }
      const [, value] = headers.find(([name]) => name === 'authorization') ?? [];
      return value === 'Bearer access-1' ? answer(refused, 'old token') : answer(200, 'hello');
    });
  };
  const callsOfTokens = () => w.http.to(tokenUrl).length - 1;

  it('stands when the token is young, has nothing to be renewed with, or says another status', async () => {
    refusing();
    expect((await call()).status).toBe(401);
    await w.clock.advance(2 * minute);
    refusing(countingTokens(), 403);
    expect((await call()).status).toBe(403);
    expect(callsOfTokens()).toBe(0);
    auth = await keyedAuth(w, await tokenService(w));
    w.http.answers(() => answer(401));
    await w.clock.advance(2 * minute);
    expect((await call()).status).toBe(401);
  });

  it('may break off its body: the second call counts', async () => {
    await w.clock.advance(2 * minute);
    async function* broken() {
      yield* [] as Uint8Array[];
      await Promise.resolve();
      throw new HttpFailure('reset', true);
    }
    const tokens = countingTokens();
    tokens();
    let first = true;
    w.http.answers(({ url }) => {
      if (url === tokenUrl) return tokens();
      const reply = first ? answer(401, broken()) : answer(200);
      first = false;
      return reply;
    });
    expect((await call()).status).toBe(200);
  });
});

describe('a proxied call', () => {
  it('goes to base and path as sent, any method, query, headers and body, with the credential on it (R5)', async () => {
    const body = Uint8Array.of(0, 255, 10);
    const sent = {
      method: 'PROPFIND',
      path: '/a%2Fb',
      query: 'x=1&y=%20',
      headers: [['X-One', '1']] as const,
      body,
    };
    const answered = await call(sent);
    expect(last()).toMatchObject({
      method: 'PROPFIND',
      url: 'https://api.acme.example/v2/a%2Fb?x=1&y=%20',
      headers: [
        ['X-One', '1'],
        ['authorization', 'Bearer access-1'],
      ],
      body,
    });
    expect([answered.status, await read(answered.body), answered.auth.id]).toEqual([200, 'hello', auth.id]);
  });

  it('hands an answer on whatever its status is', async () => {
    w.http.answers(() => answer(418, 'short and stout'));
    const answered = await call();
    expect([answered.status, await read(answered.body)]).toEqual([418, 'short and stout']);
  });

  it('has 25 seconds to be answered in, or as many as its options say, and the error names them', async () => {
    await call();
    expect(last().timeoutMilliseconds).toBe(25_000);
    w.http.answers(() => Promise.reject(new HttpFailure('timeout', true)));
    await expect(call({ options: { timeoutMilliseconds: 1500 } })).rejects.toMatchObject({
      status: 504,
      code: 'upstream_timeout',
      message: 'The service did not answer within 1.5 seconds.',
    });
    expect(last().timeoutMilliseconds).toBe(1500);
  });

  it('is answered packed as it came, and unpacked when its options say so', async () => {
    const zipped = gzipSync('hello');
    w.http.answers(() => answer(200, zipped, [['content-encoding', 'gzip']]));
    const packed = await call();
    expect(packed.headers).toEqual([['content-encoding', 'gzip']]);
    expect(await read(packed.body)).toBe(zipped.toString());
    const unpacked = await call({ options: { decode: true } });
    expect([unpacked.headers, await read(unpacked.body)]).toEqual([[], 'hello']);
  });

  it('lets the caller override nothing that the credential sets', async () => {
    auth = await keyedAuth(
      w,
      await tokenService(w, {
        apply: [
          { name: 'key', value: '{{api_key}}' },
          { in: 'header', name: 'X-Api-Key', value: '{{api_key}}' },
        ],
      }),
    );
    await call({
      query: 'a=1&key=theirs&%6bey=theirs&b=2&key&KEY=kept',
      headers: [
        ['x-api-key', 'theirs'],
        ['X_Api_Key', 'theirs'],
        ['Authorization', 'Bearer theirs'],
        ['Connection', 'x-api-key'],
      ],
    });
    expect(last().url).toBe('https://api.keyed.example/me?a=1&b=2&KEY=kept&key=the-api-key');
    expect(last().headers).toEqual([['x-api-key', 'the-api-key']]);
  });

  it('expands nothing that the caller sends', async () => {
    const text = '{{access_token}}';
    await call({ path: `/${text}`, query: `q=${text}`, headers: [['x-a', text]], body: Buffer.from(text) });
    expect(decodeURIComponent(last().url)).toBe(`https://api.acme.example/v2/${text}?q=${text}`);
    expect(last().headers).toContainEqual(['x-a', text]);
    expect(String(last().body)).toBe(text);
    expect(`${last().url}${String(last().body)}`).not.toContain('access-1');
  });

  it.each(['TRACE', 'trace', 'CONNECT'])('by %s is refused by name, and never goes out', async (method) => {
    await expect(call({ method })).rejects.toMatchObject({
      status: 422,
      code: 'unusable_request',
      message: expect.stringContaining(method.toUpperCase()),
    });
    expect(w.http.requests.filter(({ url }) => url !== tokenUrl)).toEqual([]);
  });

  it('whose packed answer nobody begins to read makes room for others', async () => {
    w.http.answers(() => answer(200, Buffer.alloc(10), [['content-encoding', 'gzip']]));
    for (let number = 0; number < 250; number += 1) {
      const { body } = await call({ options: { decode: true } });
      await body[Symbol.asyncIterator]().return?.();
    }
  });

  it('that would leave the base never goes out', async () => {
    const before = w.http.requests.length;
    for (const path of ['/../admin', '/%2e%2e/admin', '/..%2fadmin'])
      await expect(call({ path })).rejects.toMatchObject({ status: 422, code: 'path_outside_service' });
    expect(w.http.requests).toHaveLength(before);
  });

  it('of a viewer is refused (R56), and of a key of another workspace finds no auth', async () => {
    const { id } = await sharedWorkspace(w);
    await expect(call({ actor: actor(w, 'viewer') })).rejects.toMatchObject({ status: 403 });
    await expect(call({ actor: actor(w, 'contributor', id) })).rejects.toMatchObject({ status: 404 });
    expect((await call({ actor: actor(w, 'contributor', w.workspaceId) })).status).toBe(200);
  });

  it('renews a token that is over first, and uses the new one', async () => {
    await w.clock.advance(hour);
    await call();
    expect(last().headers).toEqual([['authorization', 'Bearer access-2']]);
  });

  it('is not made with an auth that is over', async () => {
    w.http.answers(() => jsonAnswer(400, { error: 'invalid_grant' }));
    await w.clock.advance(hour);
    await expect(call()).rejects.toMatchObject({ status: 409 });
    const before = w.http.requests.length;
    await expect(call()).rejects.toMatchObject({ status: 409, code: 'needs_reconnect' });
    expect(w.http.requests).toHaveLength(before);
  });

  it('follows an edit of the service within five seconds (R13)', async () => {
    await call();
    await updateService(w.deps, {
      organizationId: w.organizationId,
      workspaceId: w.workspaceId,
      serviceId: service.id,
      input: ServiceInput.parse(
        oauth2Document({
          baseUrl: 'https://new.acme.example',
          apply: [{ name: 't', value: '{{access_token}}' }],
        }),
      ),
      ifMatch: undefined,
    });
    await w.clock.advance(5000);
    await call();
    expect([last().url, last().headers]).toEqual(['https://new.acme.example/me?t=access-1', []]);
  });

  it('with a credential that its service no longer reads ends the auth, once (R13)', async () => {
    await updateService(w.deps, {
      organizationId: w.organizationId,
      workspaceId: w.workspaceId,
      serviceId: service.id,
      input: ServiceInput.parse(tokenDocument()),
      ifMatch: undefined,
    });
    const before = w.http.requests.length;
    for (let round = 0; round < 2; round += 1)
      await expect(call()).rejects.toMatchObject({ status: 409, code: 'needs_reconnect' });
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'needs_reconnect', cause: 'service_changed' });
    expect(told(w, 'auth.needs_reconnect')).toHaveLength(1);
    expect(w.http.requests).toHaveLength(before);
  });

  it.each<[string, Error, number, string]>([
    ['a refused address', new EgressRefused('10.0.0.1 is private'), 403, 'address_refused'],
    ['a timeout', new HttpFailure('timeout', true), 504, 'upstream_timeout'],
    ['a reset', new HttpFailure('reset', true), 502, 'upstream_unreachable'],
    ['a name that is not found', new HttpFailure('dns', false), 502, 'upstream_unreachable'],
  ])('answers clearly to %s', async (_, error, status, code) => {
    w.http.answers(() => Promise.reject(error));
    await expect(call()).rejects.toMatchObject({ status, code });
    await call().catch((seen: unknown) => expect(String(seen)).not.toContain('10.0.0.1'));
  });

  it('with a credential that no header can carry is not sent, and the credential not repeated', async () => {
    auth = await keyedAuth(w, await tokenService(w), { api_key: 'planted\nkey' });
    const before = w.http.requests.length;
    await expect(call()).rejects.toMatchObject({ status: 502, code: 'credential_unreadable' });
    await call().catch((error: unknown) => expect(String(error)).not.toContain('planted'));
    expect(w.http.requests).toHaveLength(before);
  });
});

it('R56 a person’s call is in the history with the role that the person has in the auth’s workspace', async () => {
  const { organizationId, workspaceId } = w;
  const here = { organizationId, workspaceId, userId: 'user-1', ifMatch: undefined };
  await putMembership(w.deps, { ...here, role: 'contributor' });
  await call({ actor: { type: 'user', id: 'user-1', organizationId, role: 'member' } });
  const { items } = await listHistory(w.deps, { organizationId, query: { limit: 200 } });
  expect(items).toMatchObject([{ action: 'useCredential', actor: { id: 'user-1', role: 'contributor' } }]);
});
