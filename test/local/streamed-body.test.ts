import { once } from 'node:events';
import { createServer, request as begin, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, describe, it } from '@jest/globals';
import { openBody } from '../../local/streamed-body.ts';
import { close, listen } from '../../local/provider/listen.ts';

const megabyte = 1_048_576;

type Opened = ReturnType<typeof openBody>;

let got: (request: IncomingMessage, opened: Opened) => void;
let port: number;
const server = createServer((request) => got(request, openBody(request)));

beforeAll(async () => {
  port = await listen(server, '127.0.0.1', 0);
});
afterAll(() => close(server));

/** Begins a request; answers it, and how its body is opened at the other end. */
const arriving = async (headers: Record<string, string | number>, first: Buffer | string) => {
  const { promise, resolve } = Promise.withResolvers<{ request: IncomingMessage; opened: Opened }>();
  got = (request, opened) => resolve({ request, opened });
  const caller: ClientRequest = begin({ port, host: '127.0.0.1', method: 'POST', headers });
  caller.on('error', () => undefined);
  caller.flushHeaders();
  if (first.length > 0) caller.write(first);
  return { caller, ...(await promise) };
};

describe('the body of a request', () => {
  it('in chunks that all come at once is whole, so that it can be sent again', async () => {
    const { caller, opened } = await arriving({ 'transfer-encoding': 'chunked' }, 'one');
    caller.end('two');
    expect(await opened.read()).toEqual(Buffer.from('onetwo'));
    caller.destroy();
  });

  it('in chunks that trickle goes on as they come', async () => {
    const { caller, opened } = await arriving({ 'transfer-encoding': 'chunked' }, 'one');
    const body = await opened.read();
    if (Buffer.isBuffer(body)) throw new Error('It was read whole.');
    const pieces: string[] = [];
    for await (const piece of body) {
      pieces.push(Buffer.from(piece).toString());
      if (pieces.length === 3) caller.end();
      else caller.write(String(pieces.length));
    }
    expect([pieces, body.byteLength]).toEqual([['one', '1', '2'], undefined]);
  });

  it('of a small stated length is whole, however it trickles', async () => {
    const { caller, opened } = await arriving({ 'content-length': 6 }, 'one');
    const read = opened.read();
    await sleep(200);
    caller.end('two');
    expect(await read).toEqual(Buffer.from('onetwo'));
    caller.destroy();
  });

  it('that has not begun goes on, too', async () => {
    const { caller, opened } = await arriving({ 'transfer-encoding': 'chunked' }, '');
    expect(Buffer.isBuffer(await opened.read())).toBe(false);
    caller.destroy();
    await sleep(20);
  });

  it.each([
    ['of a stated length', { 'content-length': 40 * megabyte }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])(
    '%s that its reader leaves is taken off the wire, so that its caller comes to its end',
    async (_, framing) => {
      const { caller, request, opened } = await arriving(framing, Buffer.alloc(2 * megabyte));
      const body = await opened.read();
      if (Buffer.isBuffer(body)) throw new Error('It was read whole.');
      for await (const piece of body) if (piece.byteLength > 0) break;
      caller.end(Buffer.alloc(38 * megabyte));
      await once(request, 'end', { signal: AbortSignal.timeout(3000) });
      caller.destroy();
    },
  );
});
