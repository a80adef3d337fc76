import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { close, listen } from '../local/provider/listen.ts';
import { startProduct, type RunningProduct } from './support/product.ts';
import { must, organizationWorkspace } from './support/way.ts';

let behave: (request: IncomingMessage, response: ServerResponse) => void;
let seen: IncomingMessage[];
let authId: string;
let workspaceId: string;
let product: RunningProduct;
const service = createServer((request, response) => {
  seen.push(request);
  behave(request, response);
});

beforeAll(async () => {
  const port = await listen(service, '127.0.0.1', 0);
  product = await startProduct({ allow: `127.0.0.1:${port}` });
  workspaceId = await organizationWorkspace(product);
  const generic = {
    baseUrl: `http://127.0.0.1:${port}`,
    fields: { key: 'the-key' },
    apply: [{ in: 'header', name: 'x-key', value: '{{key}}' }],
  };
  const auth = ['POST', `/v1/workspaces/${workspaceId}/auths`, { name: 'Main', generic }] as const;
  authId = (await must(product, 201, auth)).id;
}, 90_000);

afterAll(async () => {
  await product.discard();
  await close(service);
});

beforeEach(() => {
  seen = [];
});

const until = async (holds: () => boolean): Promise<void> => {
  for (let round = 0; round < 500 && !holds(); round += 1) await sleep(10);
  expect(holds()).toBe(true);
};

const head = (path: string, more: readonly string[] = []) =>
  [
    `${more.length > 0 ? 'POST' : 'GET'} ${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${product.key}`,
    ...more,
    '',
    '',
  ].join('\r\n');
const proxied = (path: string) => head(`/v1/proxy/${authId}${path}`);

/** A connection of a caller, and all that came over it. */
const caller = async (bytes: string) => {
  const socket: Socket = connect(Number(new URL(product.url).port), '127.0.0.1');
  let text = '';
  socket.on('error', () => undefined).on('data', (piece) => (text += piece.toString('latin1')));
  await once(socket, 'connect');
  socket.write(bytes);
  return { socket, text: () => text };
};

const piece = Buffer.alloc(64 * 1024, 'x');
const endless = (_: unknown, response: ServerResponse) => {
  const more = () => {
    while (response.write(piece));
  };
  response.on('drain', more);
  more();
};

describe('a caller who goes away', () => {
  it('while a document is being sent ends its call', async () => {
    behave = () => undefined;
    const body = JSON.stringify({ authId, path: '/silent' });
    const type = ['Content-Type: application/json', `Content-Length: ${body.length}`];
    const path = `/v1/workspaces/${workspaceId}/http-requests`;
    const { socket } = await caller(head(path, type) + body);
    await until(() => seen.length === 1);
    socket.destroy();
    await until(() => seen[0]!.socket.destroyed);
  });

  it('from several calls on one connection ends them all, those whose answers wait for their turn too', async () => {
    behave = (request, response) => {
      if (request.url === '/endless') endless(request, response);
    };
    const { socket } = await caller(proxied('/silent') + proxied('/endless') + proxied('/silent'));
    await until(() => seen.length === 3);
    socket.destroy();
    await until(() => seen.every((request) => request.socket.destroyed));
  });

  it('more than 200 times over keeps nobody else out', async () => {
    behave = (_, response) => void response.writeHead(200).write('x');
    for (let round = 0; round < 11; round += 1) {
      const before = seen.length;
      const callers = await Promise.all(Array.from({ length: 20 }, () => caller(proxied('/held'))));
      await until(() => seen.length === before + 20);
      for (const { socket } of callers) socket.destroy();
    }
    await until(() => seen.every((request) => request.socket.destroyed));
    behave = (_, response) => void response.end('fine');
    const answer = await fetch(`${product.url}/v1/proxy/${authId}/after`, {
      headers: { authorization: `Bearer ${product.key}` },
    });
    expect([answer.status, await answer.text()]).toEqual([200, 'fine']);
  });

  it('in the middle of a body is no fault of ours', async () => {
    behave = (request) => void request.resume();
    const posts = [
      `POST /v1/proxy/${authId}/small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100`,
      `POST /v1/proxy/${authId}/large HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000`,
      `POST /v1/proxy/${authId}/chunked HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked`,
      `POST /v1/workspaces/${workspaceId}/http-requests HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100`,
    ];
    const before = product.output().length;
    for (const post of posts) {
      const { socket } = await caller(
        `${post}\r\nAuthorization: Bearer ${product.key}\r\n\r\n5\r\nhello\r\n`,
      );
      await sleep(150);
      socket.destroy();
    }
    await sleep(300);
    expect(product.output().slice(before)).not.toMatch(/failed|"status":5\d\d/);
  });
});

describe('several calls on one connection', () => {
  it('are answered in turn, whole and apart', async () => {
    behave = (request, response) => {
      const slow = request.url === '/1' ? 100 : 0;
      setTimeout(() => response.end(`this is ${request.url}`), slow);
    };
    const { socket, text } = await caller(proxied('/1') + proxied('/2') + proxied('/3'));
    await until(() => text().includes('/3'));
    socket.destroy();
    expect(text().match(/this is ../g)).toEqual(['this is /1', 'this is /2', 'this is /3']);
    expect(text().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });
});

describe('a request that the gateway cannot read', () => {
  it.each([
    ['no path', 'GET // HTTP/1.1', 404],
    ['a path that looks like a host', 'GET //localhost:99999/x HTTP/1.1', 404],
    ['a path that climbs to what is local', 'GET /v1/proxy/x/../../../_local/events HTTP/1.1', 400],
  ])('is answered by its path as it stands: %s', async (_, line, status) => {
    const request = `${line}\r\nHost: localhost\r\nAuthorization: Bearer ${product.key}\r\nConnection: close\r\n\r\n`;
    const { socket, text } = await caller(request);
    await once(socket, 'close');
    expect(Number(text().split(' ')[1])).toBe(status);
  });

  it('for its coding of the transfer is refused, and not passed on packed', async () => {
    const type = ['Transfer-Encoding: gzip, chunked', 'Connection: close'];
    const { socket, text } = await caller(`${head(`/v1/proxy/${authId}/x`, type)}2\r\nab\r\n0\r\n\r\n`);
    await once(socket, 'close');
    expect([text().split(' ')[1], seen.length]).toEqual(['501', 0]);
  });
});
