import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { bytesOf, call, listen, ok, say, textOf, type Behaviour, type Listener } from './servers.ts';

const listeners: Listener[] = [];
afterEach(async () => {
  for (const each of listeners.splice(0)) await each.close();
});

const http = guardedHttp({ allow: parseAllowList('127.0.0.1'), plainHttp: true });

const provider = async (behave: Behaviour) => {
  const listener = await listen(behave);
  listeners.push(listener);
  return { ...listener, url: `http://127.0.0.1:${listener.port}` };
};

describe('requests on the wire', () => {
  it('adds nothing to a GET but Host and Connection', async () => {
    const { url, port, received } = await provider(ok);
    await textOf(await http.send(call(`${url}/a/../b%2Fc?x=1&x=%20#fragment`)));
    expect(received()).toBe(
      `GET /b%2Fc?x=1&x=%20 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: keep-alive\r\n\r\n`,
    );
  });

  it('adds Content-Length to a body and no type for it', async () => {
    const { url, port, received } = await provider(ok);
    await textOf(await http.send(call(url, { method: 'POST', body: '{"ü":1}' })));
    expect(received()).toBe(
      `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 8\r\nConnection: close\r\n\r\n{"Ã¼":1}`,
    );
  });

  it('keeps the order, the spelling and the repeats of headers', async () => {
    const { url, received } = await provider(ok);
    const headers = [
      ['x-z', '1'],
      ['X-A', 'two  spaces'],
      ['x-Z', '2'],
      ['Accept', 'a/b'],
      ['common', 'c'],
      ['get', 'g'],
      ['__proto__', 'p'],
      ['7', 'seven'],
      ['Cookie', 'a=1'],
      ['X-A', 'caf\u00e9'],
      ['Cookie', 'b=2'],
      ['User-Agent', 'mine'],
      ['Content-Type', 'application/json; charset=utf-8'],
    ] as const;
    await textOf(await http.send(call(url, { method: 'PATCH', headers })));
    const lines = received().split('\r\n').slice(2, -4);
    expect(lines).toEqual(headers.map(([name, value]) => `${name}: ${value}`));
  });

  it('keeps the place of a Host header that agrees with the URL', async () => {
    const { url, port, received } = await provider(ok);
    await textOf(
      await http.send(
        call(url, {
          headers: [
            ['A', 'b'],
            ['host', `127.0.0.1:${port}`],
          ],
        }),
      ),
    );
    expect(received()).toBe(
      `GET / HTTP/1.1\r\nA: b\r\nhost: 127.0.0.1:${port}\r\nConnection: keep-alive\r\n\r\n`,
    );
  });

  it('writes the fields of the connection and of the framing itself', async () => {
    const { url, port, received } = await provider(ok);
    const names = [
      'Connection',
      'Keep-Alive',
      'TE',
      'Trailer',
      'Transfer-Encoding',
      'Upgrade',
      'Content-Length',
    ];
    const headers = names.map((name) => [name, name === 'Content-Length' ? '99' : 'chunked'] as const);
    await textOf(await http.send(call(url, { method: 'PUT', headers, body: 'abc' })));
    expect(received()).toBe(
      `PUT / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc`,
    );
  });

  it.each([
    ['POST', true],
    ['PUT', true],
    ['PROPFIND', true],
    ['GET', false],
    ['HEAD', false],
    ['DELETE', false],
  ])('frames a %s without a body', async (method, length) => {
    const { url, received } = await provider(say('HTTP/1.1 204 No Content', '', ''));
    await textOf(await http.send(call(url, { method })));
    expect(received().startsWith(`${method} / HTTP/1.1\r\n`)).toBe(true);
    expect(received().includes('Content-Length: 0')).toBe(length);
    expect(received()).not.toContain('Transfer-Encoding');
  });

  it('sends bytes as they are, also those of a view on a larger buffer and those of a GET', async () => {
    const { url, received } = await provider(ok);
    const body = new Uint8Array([9, 0, 255, 13, 10, 128, 9]).subarray(1, 6);
    await textOf(await http.send(call(url, { body })));
    expect(received().split('\r\n\r\n')[1]).toBe('\u0000\u00ff\r\n\u0080');
    expect(received()).toContain('Content-Length: 5');
  });
});

describe('answers', () => {
  it.each([200, 204, 304, 400, 401, 404, 429, 500, 503])(
    'returns status %i without judging it',
    async (status) => {
      const { url } = await provider(say(`HTTP/1.1 ${status} X`, 'Content-Length: 0', '', ''));
      const answer = await http.send(call(url));
      expect(answer.status).toBe(status);
      expect(await textOf(answer)).toBe('');
    },
  );

  it('returns every header in its order, repeats included, with its name in lower case', async () => {
    const { url } = await provider(
      say(
        'HTTP/1.1 200 OK',
        'Set-Cookie: a=1',
        'X-One: A',
        'x-one: B',
        'Set-Cookie: b=2',
        'Content-Type: text/x',
        'Content-Type: text/y',
        'Content-Length: 0',
        '',
        '',
      ),
    );
    expect((await http.send(call(url))).headers).toEqual([
      ['set-cookie', 'a=1'],
      ['x-one', 'A'],
      ['x-one', 'B'],
      ['set-cookie', 'b=2'],
      ['content-type', 'text/x'],
      ['content-type', 'text/y'],
      ['content-length', '0'],
    ]);
  });

  it.each([301, 302, 303, 307, 308])('returns a %i and does not follow it', async (status) => {
    const elsewhere = await provider(ok);
    const { url } = await provider(
      say(`HTTP/1.1 ${status} Moved`, `Location: ${elsewhere.url}/next`, 'Content-Length: 0', '', ''),
    );
    const answer = await http.send(call(url));
    expect(answer.status).toBe(status);
    expect(answer.headers).toContainEqual(['location', `${elsewhere.url}/next`]);
    expect(elsewhere.connections()).toBe(0);
  });

  it('leaves a gzip body as it came', async () => {
    const zipped = gzipSync('hello');
    const { url } = await provider((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${zipped.length}\r\n\r\n`);
      socket.write(zipped);
    });
    const answer = await http.send(call(url));
    expect(answer.headers).toContainEqual(['content-encoding', 'gzip']);
    expect((await bytesOf(answer)).equals(zipped)).toBe(true);
  });

  it('leaves JSON and a byte order mark as they came', async () => {
    const { url } = await provider(
      say('HTTP/1.1 200 OK', 'Content-Type: application/json', 'Content-Length: 6', '', '\ufeff{ }'),
    );
    expect((await bytesOf(await http.send(call(url)))).toString('hex')).toBe('efbbbf7b207d');
  });

  it('hands a body over piece by piece, while the rest is yet to come', async () => {
    const steps: (() => void)[] = [];
    const { url } = await provider((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n');
      steps.push(() => socket.write('3\r\ntwo\r\n'));
      steps.push(() => socket.write('0\r\n\r\n'));
    });
    const seen: string[] = [];
    for await (const piece of (await http.send(call(url))).body) {
      seen.push(Buffer.from(piece).toString());
      steps.shift()?.();
    }
    expect(seen).toEqual(['one', 'two']);
  });

  it('goes past the interim answers 100 and 103', async () => {
    const { url } = await provider(
      say(
        'HTTP/1.1 100 Continue',
        '',
        'HTTP/1.1 103 Early Hints',
        'Link: </x>',
        '',
        'HTTP/1.1 200 OK',
        'Content-Length: 2',
        '',
        'ok',
      ),
    );
    const answer = await http.send(call(url));
    expect(answer.status).toBe(200);
    expect(await textOf(answer)).toBe('ok');
  });
});
