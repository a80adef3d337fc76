import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { discard } from '#shared/domain/discard.ts';
import { HttpFailure, type ByteStream } from '#shared/ports.ts';
import { call, errorOf, listen, ok, textOf, type Behaviour, type Listener } from './servers.ts';

const listeners: Listener[] = [];
afterEach(async () => {
  for (const each of listeners.splice(0)) await each.close();
});

const allow = parseAllowList('127.0.0.1');
const http = guardedHttp({ allow, plainHttp: true });

const provider = async (behave: Behaviour) => {
  const listener = await listen(behave);
  listeners.push(listener);
  return { ...listener, url: `http://127.0.0.1:${listener.port}` };
};

const streamOf = (
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  byteLength?: number,
): ByteStream => ({
  async *[Symbol.asyncIterator]() {
    yield* source;
  },
  byteLength,
});
async function* silent(): AsyncGenerator<Uint8Array> {
  await new Promise(() => undefined);
  yield Buffer.alloc(0);
}
const bytes = (...texts: string[]) => texts.map((text) => Buffer.from(text));

const closed = async (sockets: readonly Socket[]) => {
  for (const socket of sockets) if (!socket.closed) await once(socket, 'close');
};

/** Answers once the whole of what it waits for has come. */
const after =
  (end: string): Behaviour =>
  (socket, received) => {
    let all = received;
    const look = () => {
      if (all.endsWith(end)) ok(socket, all);
    };
    socket.on('data', (piece) => {
      all += piece.toString('latin1');
      look();
    });
    look();
  };

describe('a body that streams', () => {
  it('of a known length is framed by it', async () => {
    const { url, port, received } = await provider(after('abcdef'));
    const body = streamOf(bytes('abc', '', 'def'), 6);
    expect(await textOf(await http.send(call(url, { method: 'POST', body })))).toBe('ok');
    expect(received()).toBe(
      `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 6\r\nConnection: close\r\n\r\nabcdef`,
    );
  });

  it.each(['POST', 'GET'])('of an unknown length goes in chunks, also with %s', async (method) => {
    const { url, received } = await provider(after('0\r\n\r\n'));
    const body = streamOf(bytes('abc', '', 'def'));
    expect(await textOf(await http.send(call(url, { method, body })))).toBe('ok');
    expect(received()).toContain('\r\nTransfer-Encoding: chunked\r\n');
    expect(received().split('\r\n\r\n').slice(1).join('|')).toBe('3\r\nabc\r\n3\r\ndef\r\n0|');
  });

  it.each([
    ['longer', 4],
    ['shorter', 7],
  ])(
    'that is %s than announced is cut off, so that nothing is taken for another request',
    async (_, length) => {
      const { url, received } = await provider(() => undefined);
      async function* slowly() {
        for (const piece of bytes('abc', 'def')) {
          yield piece;
          for (let round = 0; round < 200 && !received().includes('abc'); round += 1)
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
      const body = streamOf(slowly(), length);
      const error = await errorOf(http.send(call(url, { method: 'POST', body })));
      expect(error).toMatchObject({ reason: 'aborted' });
      expect(received()).toMatch(length < 6 ? /\r\n\r\nabc$/ : /\r\n\r\nabc(?:def)?$/);
    },
  );

  it('that breaks off at its source ends the request, and the other side sees no whole one', async () => {
    const sockets: Socket[] = [];
    const { url, received } = await provider((socket) => void sockets.push(socket));
    async function* broken() {
      yield Buffer.from('abc');
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('gone');
    }
    const error = await errorOf(http.send(call(url, { method: 'POST', body: streamOf(broken()) })));
    expect(error).toMatchObject({ reason: 'aborted' });
    await closed(sockets);
    expect(received()).not.toMatch(/0\r\n\r\n$/);
  });

  it('is pulled no faster than the other side takes it', async () => {
    let pulled = 0;
    const { url } = await provider((socket) => socket.pause());
    async function* endless() {
      for (;;) {
        pulled += 65_536;
        yield Buffer.alloc(65_536);
        await Promise.resolve();
      }
    }
    const body = streamOf(endless());
    const sent = errorOf(http.send(call(url, { method: 'POST', body, timeoutMilliseconds: 500 })));
    expect(await sent).toMatchObject({ reason: 'timeout' });
    const then = pulled;
    expect(then).toBeLessThan(16 * 1_048_576);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pulled).toBe(then);
  });

  it('has no more time than the call, however it moves', async () => {
    const { url } = await provider(() => undefined);
    async function* slow() {
      for (;;) {
        yield Buffer.from('x');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    const body = streamOf(slow());
    const sent = errorOf(http.send(call(url, { method: 'POST', body, timeoutMilliseconds: 200 })));
    expect(await sent).toMatchObject({ reason: 'timeout', sent: true });
  });

  it('has its head go ahead, while its first piece is yet to come', async () => {
    const { url } = await provider(ok);
    const body = streamOf(silent());
    const answer = await http.send(call(url, { method: 'POST', body, timeoutMilliseconds: 1_000 }));
    expect(await textOf(answer)).toBe('ok');
  });

  it('is left, and its source told, when the answer comes early and ends', async () => {
    const { url } = await provider((socket) => socket.end('HTTP/1.1 413 X\r\nContent-Length: 2\r\n\r\nno'));
    const seen = { left: false };
    async function* source() {
      try {
        for (;;) {
          yield Buffer.alloc(1000);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      } finally {
        seen.left = true;
      }
    }
    const answer = await http.send(call(url, { method: 'POST', body: streamOf(source()) }));
    expect([answer.status, await textOf(answer)]).toEqual([413, 'no']);
    for (let round = 0; round < 100 && !seen.left; round += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.left).toBe(true);
  });
});

describe('an answer to a request that is still on its way', () => {
  const refusal = 'HTTP/1.1 413 X\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno';
  const poured = async function* () {
    for (let piece = 0; piece < 200; piece += 1) {
      yield Buffer.alloc(65_536);
      if (piece % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it.each([
    ['streams', streamOf(poured())],
    ['streams in a stated length', streamOf(poured(), 200 * 65_536)],
    ['is whole', Buffer.alloc(6_000_000)],
  ])('is heard although the connection closes at once, where the body %s', async (_, body) => {
    const sockets: Socket[] = [];
    const { url } = await provider((socket) => {
      sockets.push(socket.pause());
      socket.write(refusal, () => socket.destroy());
    });
    const answer = await http.send(call(url, { method: 'PUT', body }));
    expect([answer.status, await textOf(answer)]).toEqual([413, 'no']);
    await closed(sockets);
  });

  it('that never came is a connection that was reset', async () => {
    const { url } = await provider((socket) => void socket.pause().destroy());
    const error = await errorOf(http.send(call(url, { method: 'PUT', body: streamOf(poured()) })));
    expect(error).toMatchObject({ reason: 'reset', sent: true });
  });
});

describe('the body of an answer', () => {
  const impatient = guardedHttp({ allow, plainHttp: true, silenceMilliseconds: 100 });
  const begins: Behaviour = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc');

  it('that falls silent is given up, and so is its connection', async () => {
    const sockets: Socket[] = [];
    const { url } = await provider((socket, received) => {
      sockets.push(socket);
      begins(socket, received);
    });
    const answer = await impatient.send(call(url));
    expect(await errorOf(textOf(answer))).toMatchObject({ reason: 'timeout' });
    await closed(sockets);
  });

  it.each([
    ['that never comes', ''],
    ['of which a part has come', 'some'],
  ])('%s is let go of at once when nobody wants it, and so is its connection', async (_, piece) => {
    const sockets: Socket[] = [];
    const { url } = await provider((socket) => {
      sockets.push(socket);
      socket.write(`HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\n${piece}`);
    });
    const began = performance.now();
    await discard(await http.send(call(url)));
    await closed(sockets);
    await (await http.send(call(url))).body[Symbol.asyncIterator]().return?.();
    await closed(sockets);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('may lie as long as its reader takes', async () => {
    const { url } = await provider((socket, received) => {
      begins(socket, received);
      setTimeout(() => socket.write('def'), 20);
    });
    const seen: string[] = [];
    for await (const piece of (await impatient.send(call(url))).body) {
      seen.push(Buffer.from(piece).toString());
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(seen).toEqual(['abc', 'def']);
  });

  it('ends with the signal of its caller', async () => {
    const controller = new AbortController();
    const { url } = await provider(begins);
    const answer = await http.send(call(url, { signal: controller.signal }));
    const read = errorOf(textOf(answer));
    controller.abort();
    const error = await read;
    expect(error).toBeInstanceOf(HttpFailure);
    expect(error).toMatchObject({ reason: 'aborted' });
  });
});
