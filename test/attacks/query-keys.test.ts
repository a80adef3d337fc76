import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { handler as auths } from '#functions/auths/lambda.ts';
import { handler as proxy } from '#functions/proxy/lambda.ts';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { call } from '../support/api.ts';
import { world, type World } from '../support/deps.ts';
import { keyedAuth, tokenDocument } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { serviceOf } from '../support/types.ts';

/** In every place of a URL that a credential can be put in. */
const secret = 'planted-key/+&';
const written = [secret, encodeURIComponent(secret), 'planted'];

const say = (text: string) => (socket: Socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end(text));
};

/** What a provider, or the way to it, can do wrong. */
const failures: Readonly<Record<string, (socket: Socket) => void>> = {
  'that breaks off at once': (socket) => socket.destroy(),
  'that breaks off when it is asked': (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.resetAndDestroy());
  },
  'that says nothing like HTTP': say('what?\r\n\r\n'),
  'that answers with a broken header': say('HTTP/1.1 200 OK\r\nbad header\r\n\r\n'),
  'that answers with two lengths': say('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
  'whose headers are too large': say(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`),
  'that promises more than it sends': say('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'),
  'that breaks a chunk': say('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
  'that speaks another protocol now': say(
    'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  ),
  'that refuses the credential': say('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n'),
  'that is out of order': say('HTTP/1.1 503 No\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n'),
  'that leads elsewhere': say('HTTP/1.1 302 Go\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n'),
  'whose headers no gateway takes': say('HTTP/1.1 200 OK\r\nX-Odd: a\x01b\x7f\r\nContent-Length: 0\r\n\r\n'),
};

/** Base URLs that nothing answers at, for reasons of their own. */
const nowhere: Readonly<Record<string, (port: number) => string>> = {
  'whose name is not found': () => 'http://lost.example',
  'whose address is private': () => 'http://10.0.0.1',
  'where nobody listens': () => 'http://127.0.0.1:1',
  'that does not speak TLS': (port) => `https://127.0.0.1:${port}`,
};

const apply = [
  { name: 'key', value: '{{api_key}}' },
  { in: 'path', name: 'key', value: '{{api_key}}' },
  { in: 'header', name: 'X-Key', value: '{{api_key}}' },
  { in: 'basic', value: 'user:{{api_key}}' },
];

let w: World;
let key = '';
let output: ReturnType<typeof capturedOutput>;
const servers: Server[] = [];

const listen = async (behave: (socket: Socket) => void): Promise<number> => {
  const server = createServer(behave);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  w = await world();
  const allow = parseAllowList('127.0.0.1');
  const resolve = () => Promise.reject(new Error(`ENOTFOUND ${secret}`));
  const http = guardedHttp({ allow, plainHttp: true, resolve });
  provide({ ...w.deps, http, settings: { ...w.deps.settings, plainHttp: true, allow } });
  key = (await firstKey(w.deps, w.organizationId)).reveal();
  output = capturedOutput();
});
afterAll(() => {
  output.stop();
  for (const server of servers) server.close();
});

/** Calls it, tries it, and tells all that anybody is told of it. */
const told = async (baseUrl: string): Promise<string> => {
  const { deps, organizationId, workspaceId } = w;
  const where = {
    deps: { ...deps, settings: { ...deps.settings, plainHttp: true } },
    organizationId,
    workspaceId,
  };
  const document = tokenDocument({ baseUrl, apply, test: { path: '/{key}' } });
  const auth = await keyedAuth(where, await serviceOf(where, document), { api_key: secret });
  const headers = { authorization: `Bearer ${key}` };
  const send = (handler: unknown, method: string, path: string) => call(handler, { method, path, headers });
  const of = `/v1/workspaces/${workspaceId}/auths/${auth.id}`;
  const answers = [
    await send(proxy, 'GET', `/v1/proxy/${auth.id}/{key}/x`),
    await send(proxy, 'POST', `/v1/proxy/${auth.id}/x`),
    await send(proxy, 'GET', `/v1/proxy/${auth.id}/../x`),
    await send(auths, 'POST', `${of}/test`),
    await send(auths, 'GET', of),
    await send(auths, 'GET', `${of}/history`),
  ];
  return inspect([answers, w.bus.events, w.store.dump()], { depth: 20, maxStringLength: Infinity });
};

const expectNothing = (text: string) => {
  for (const each of written) expect(text.includes(each)).toBe(false);
};

describe('a credential in a URL', () => {
  it.each(Object.entries(failures))('is told by nothing that comes of a provider %s', async (_, behave) => {
    let asked = 0;
    const port = await listen((socket) => {
      asked += 1;
      behave(socket);
    });
    expectNothing(await told(`http://127.0.0.1:${port}`));
    expect(asked).toBeGreaterThan(0);
    expectNothing(output.text());
  });

  it.each(Object.entries(nowhere))('is told by nothing that comes of a place %s', async (_, at) => {
    expectNothing(await told(at(await listen(say('')))));
    expectNothing(output.text());
  });

  it('would be found if it were told', () => {
    expect(() => expectNothing(`https://acme.example/?key=${encodeURIComponent(secret)}`)).toThrow();
    expect(output.text()).toContain('The call failed.');
  });
});
