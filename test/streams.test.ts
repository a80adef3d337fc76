import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as begin, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { close, listen } from '../local/provider/listen.ts';
import { startProduct, type RunningProduct } from './support/product.ts';
import { must, organizationWorkspace } from './support/way.ts';

const megabyte = 1_048_576;
const piece = Buffer.alloc(64 * 1024, 'x');

let behave: (request: IncomingMessage, response: ServerResponse) => void;
let seen: IncomingMessage[];
const service = createServer((request, response) => {
  seen.push(request);
  behave(request, response);
});

let product: RunningProduct;
let auths: Readonly<Record<'header' | 'body', string>>;

beforeAll(async () => {
  const port = await listen(service, '127.0.0.1', 0);
  product = await startProduct({ allow: `127.0.0.1:${port}` });
  const workspace = `/v1/workspaces/${await organizationWorkspace(product)}`;
  const made = async (place: 'header' | 'body') => {
    const generic = {
      baseUrl: `http://127.0.0.1:${port}`,
      fields: { key: 'the-key' },
      apply: [{ in: place, name: 'x-key', value: '{{key}}' }],
    };
    return (await must(product, 201, ['POST', `${workspace}/auths`, { name: place, generic }])).id;
  };
  auths = { header: await made('header'), body: await made('body') };
}, 90_000);

afterAll(async () => {
  await product.discard();
  await close(service);
});

beforeEach(() => {
  seen = [];
});

interface Call extends RequestInit {
  readonly by?: 'header' | 'body';
  readonly headers?: Readonly<Record<string, string>>;
}

const url = (path: string, by: 'header' | 'body' = 'header') => `${product.url}/v1/proxy/${auths[by]}${path}`;
const call = (path: string, { by, headers, ...init }: Call = {}) =>
  fetch(url(path, by), {
    ...init,
    headers: { authorization: `Bearer ${product.key}`, ...headers },
  });

/** Waits until something holds. */
const until = async (holds: () => boolean): Promise<void> => {
  for (let round = 0; round < 500 && !holds(); round += 1) await sleep(10);
  expect(holds()).toBe(true);
};

/** Writes so much as fast as it is taken. */
const pour = async (response: NodeJS.WritableStream, bytes: number): Promise<void> => {
  for (let left = bytes; left > 0; left -= piece.length)
    if (!response.write(piece)) await once(response, 'drain');
  response.end();
};

const digest = async (body: AsyncIterable<Uint8Array>) => {
  const hash = createHash('sha256');
  let size = 0;
  for await (const bytes of body) {
    hash.update(bytes);
    size += bytes.byteLength;
  }
  return { size, hash: hash.digest('hex') };
};

const expected = (bytes: number) => digest(Readable.from(Array<Buffer>(bytes / piece.length).fill(piece)));

/** The most memory that the product holds more than before while something is done. */
const growth = async (work: () => Promise<unknown>): Promise<number> => {
  const before = product.memory();
  const running = new Set([work()]);
  let most = before;
  const settled = Promise.all(running).finally(() => running.clear());
  while (running.size > 0) {
    most = Math.max(most, product.memory());
    await sleep(100);
  }
  await settled;
  return (most - before) / megabyte;
};

describe('a large answer', () => {
  it('of 100 MB passes whole, and the product grows by 32 MB at the most', async () => {
    const size = 100 * megabyte;
    behave = (_, response) => void pour(response, size);
    await (await call('/?warm')).body!.cancel();
    let got = {};
    const grown = await growth(async () => (got = await digest((await call('/large')).body!)));
    console.log(`100 MB down: ${grown.toFixed(1)} MB of memory more.`);
    expect(got).toEqual(await expected(size));
    expect(grown).toBeLessThanOrEqual(32);
  });

  // What is on its way fills the buffers of two connections, which the system makes as large as it likes.
  it('is taken from the service no faster than the caller reads it', async () => {
    let written = 0;
    behave = (_, response) => {
      const more = () => {
        do written += piece.length;
        while (response.write(piece));
      };
      response.on('drain', more);
      more();
    };
    const reader = (await call('/endless')).body!.getReader();
    await reader.read();
    // The service writes without end: were it not held back, it would be beyond the buffers before it pauses for so long.
    let soon = -1;
    while (soon < written && written < 64 * megabyte) {
      soon = written;
      await sleep(500);
    }
    expect(written).toBeLessThan(64 * megabyte);
    await reader.cancel();
    await until(() => seen[0]!.socket.destroyed);
  });

  it('that breaks off is no whole one to the caller either', async () => {
    behave = (_, response) => {
      response.write(piece, () => response.destroy());
    };
    await expect(call('/broken').then((answer) => answer.bytes())).rejects.toThrow();
  });
});

describe('a large request', () => {
  const upload = (size: number, headers: Record<string, string>) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const request = begin(
        url('/upload'),
        { method: 'PUT', headers: { authorization: `Bearer ${product.key}`, ...headers } },
        resolve,
      );
      request.on('error', reject);
      void pour(request, size);
    });

  it.each([
    ['of a stated length', { 'content-length': String(50 * megabyte) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('of 50 MB %s passes whole and framed as it was sent', async (_, framing) => {
    const size = 50 * megabyte;
    behave = (request, response) => {
      void digest(request).then((got) => response.end(JSON.stringify(got)));
    };
    let text = '';
    const grown = await growth(async () => {
      for await (const bytes of await upload(size, framing)) text += String(bytes);
    });
    console.log(`50 MB up: ${grown.toFixed(1)} MB of memory more.`);
    expect(JSON.parse(text)).toEqual(await expected(size));
    expect(seen[0]!.headers).toMatchObject(framing);
    expect(grown).toBeLessThanOrEqual(32);
  });

  it('that the service refuses early is answered, and the rest is not sent on', async () => {
    behave = (request, response) => {
      // It leaves its end open, as a server does that reads on for a while.
      request.once('data', () => response.writeHead(413, { 'content-length': 7 }).write('no more'));
    };
    const answer = await upload(30 * megabyte, {});
    expect(answer.statusCode).toBe(413);
    expect((await digest(answer)).size).toBe(7);
    await until(() => seen[0]!.socket.destroyed);
    expect(seen[0]!.complete).toBe(false);
  });

  it('is cut off at the service when the caller goes away', async () => {
    behave = (request) => void request.resume();
    const request = begin(url('/upload'), {
      method: 'PUT',
      headers: { authorization: `Bearer ${product.key}`, 'content-length': String(50 * megabyte) },
    });
    request.on('error', () => undefined);
    request.write(piece);
    await until(() => seen.length === 1);
    request.destroy();
    await until(() => seen[0]!.socket.destroyed);
    expect(seen[0]!.complete).toBe(false);
  });

  it('without a good key is refused, and the connection goes on', async () => {
    const body = Buffer.alloc(20 * megabyte);
    const answer = await call('/upload', { method: 'PUT', body, headers: { authorization: 'Bearer none' } });
    expect([answer.status, seen.length]).toEqual([401, 0]);
    await answer.text();
    behave = (_, response) => void response.end('ok');
    expect(await (await call('/after')).text()).toBe('ok');
  });

  it('is refused beyond 6 MB where part of the credential goes into the body, with the reason', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(7 * megabyte) });
    const headers = { 'content-type': 'application/json' };
    const answer = await call('/upload', { by: 'body', method: 'POST', body, headers });
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code, seen.length]).toEqual([413, 'body_too_large', 0]);
    expect(error.message).toMatch(/6 MB.*credential/);
  });

  it('of less than that gets the credential, though it came in pieces', async () => {
    behave = (request, response) => {
      void Readable.from(request)
        .toArray()
        .then((parts) => response.end(Buffer.concat(parts as Buffer[])));
    };
    const body = JSON.stringify({ text: 'x'.repeat(3 * megabyte) });
    const headers = { 'content-type': 'application/json' };
    const answer = await call('/upload', { by: 'body', method: 'POST', body, headers });
    expect(await answer.text()).toBe(body.replace('{', '{"x-key":"the-key",'));
  });
});

describe('events that a service sends', () => {
  it('pass one by one as they come, the head before the first of them', async () => {
    let open!: ServerResponse;
    behave = (_, response) => {
      open = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    };
    const answer = await call('/events');
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const reader = answer.body!.getReader();
    const late: number[] = [];
    for (let number = 0; number < 20; number += 1) {
      const began = performance.now();
      open.write(`data: ${number}\n\n`);
      const { value } = await reader.read();
      late.push(performance.now() - began);
      expect(Buffer.from(value ?? []).toString()).toBe(`data: ${number}\n\n`);
    }
    late.sort((one, other) => one - other);
    console.log(`An event passes in ${late[10]!.toFixed(1)} ms (median).`);
    expect(late[10]).toBeLessThan(50);
    await reader.cancel();
    // The service is silent, so that nothing but the caller's going can end it.
    await until(() => seen[0]!.socket.destroyed);
  });
});

describe('a caller who goes away', () => {
  it('before the answer begins ends the call at the service', async () => {
    behave = () => undefined;
    const controller = new AbortController();
    const asked = call('/silent', { signal: controller.signal }).catch(() => undefined);
    await until(() => seen.length === 1);
    controller.abort();
    await asked;
    await until(() => seen[0]!.socket.destroyed);
  });
});
