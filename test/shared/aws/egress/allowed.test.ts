import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { EgressRefused, HttpFailure } from '#shared/ports.ts';
import { call, errorOf, listen, ok, textOf, type Listener } from './servers.ts';

let four: Listener;
let six: Listener;

beforeAll(async () => {
  four = await listen(ok);
  six = await listen(ok, '::1', four.port);
});

afterAll(async () => {
  await four.close();
  await six.close();
});

const http = (allow: string, addresses: readonly string[] = []) =>
  guardedHttp({ allow: parseAllowList(allow), plainHttp: false, resolve: () => Promise.resolve(addresses) });

describe('calls that the allow list opens', () => {
  it('calls an allowed host and port over plain http, whatever its address', async () => {
    const open = http(`provider.example:${four.port}`, ['127.0.0.1']);
    expect(await textOf(await open.send(call(`http://Provider.example:${four.port}/`)))).toBe('ok');
  });

  it('calls an allowed IPv6 literal', async () => {
    const before = six.connections();
    const open = http(`[::1]:${four.port}`);
    expect(await textOf(await open.send(call(`http://[0:0::1]:${four.port}/`)))).toBe('ok');
    expect(six.connections() - before).toBe(1);
  });

  it('calls addresses inside an allowed range, by literal and by name', async () => {
    const open = guardedHttp({
      allow: parseAllowList('127.0.0.0/8'),
      plainHttp: true,
      resolve: () => Promise.resolve(['127.0.0.1']),
    });
    expect(await textOf(await open.send(call(`http://2130706433:${four.port}/`)))).toBe('ok');
    expect(await textOf(await open.send(call(`http://name.example:${four.port}/`)))).toBe('ok');
    expect(await errorOf(open.send(call(`http://[::1]:${four.port}/`)))).toBeInstanceOf(EgressRefused);
  });

  it('calls a name that leads to an allowed address and port, and to no other port of it', async () => {
    const named = (allow: string) =>
      guardedHttp({
        allow: parseAllowList(allow),
        plainHttp: true,
        resolve: () => Promise.resolve(['127.0.0.1']),
      });
    const url = `http://name.example:${four.port}/`;
    expect(await textOf(await named(`127.0.0.1:${four.port}`).send(call(url)))).toBe('ok');
    expect(await errorOf(named(`127.0.0.1:${four.port + 1}`).send(call(url)))).toBeInstanceOf(EgressRefused);
  });

  it('dials the address that it judged and not one that the name has elsewhere', async () => {
    const [before4, before6] = [four.connections(), six.connections()];
    const open = http(`localhost:${four.port}`, ['::1']);
    await textOf(await open.send(call(`http://localhost:${four.port}/`)));
    expect(six.connections() - before6).toBe(1);
    expect(four.connections() - before4).toBe(0);
  });

  it('goes on to the next judged address when nothing listens on the first', async () => {
    const only4 = await listen(ok);
    const open = http(`two.example:${only4.port}`, ['::1', '127.0.0.1']);
    expect(await textOf(await open.send(call(`http://two.example:${only4.port}/`)))).toBe('ok');
    await only4.close();
  });

  it('uses the system resolver when none is given', async () => {
    const open = guardedHttp({ allow: parseAllowList(`localhost:${four.port}`), plainHttp: false });
    expect(await textOf(await open.send(call(`http://localhost:${four.port}/`)))).toBe('ok');
  });
});

describe('proxies of the environment', () => {
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
  const before = names.map((name) => process.env[name]);

  afterEach(() => {
    for (const [index, name] of names.entries()) {
      if (before[index] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[index];
    }
  });

  it('are not used, as they would resolve names past the guard', async () => {
    const proxy = await listen(ok);
    for (const name of names) process.env[name] = `http://127.0.0.1:${proxy.port}`;
    const open = http(`a.example:${four.port}`, ['127.0.0.1']);
    expect(await textOf(await open.send(call(`http://a.example:${four.port}/`)))).toBe('ok');
    expect(proxy.connections()).toBe(0);
    await proxy.close();
  });
});

describe('kept connections', () => {
  it('serves safe calls to the same host over one connection', async () => {
    const before = four.connections();
    const open = http(`a.example:${four.port}`, ['127.0.0.1']);
    for (const method of ['GET', 'OPTIONS', 'GET']) {
      await textOf(await open.send(call(`http://a.example:${four.port}/`, { method })));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(four.connections() - before).toBe(1);
  });

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n'],
  ])('come back from a %s answered with %j although its empty body was not read', async (method, answer) => {
    const terse = await listen((socket) => socket.write(answer));
    const open = http(`a.example:${terse.port}`, ['127.0.0.1']);
    for (let round = 0; round < 3; round += 1) {
      const response = await open.send(call(`http://a.example:${terse.port}/`, { method }));
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await textOf(response)).toBe('');
    }
    expect(terse.connections()).toBe(1);
    await terse.close();
  });

  it('never serves another host, although the address is the same', async () => {
    const before = four.connections();
    const open = http(`a.example:${four.port},b.example:${four.port}`, ['127.0.0.1']);
    for (const name of ['a', 'b', 'a', 'b']) {
      await textOf(await open.send(call(`http://${name}.example:${four.port}/`)));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(four.connections() - before).toBe(2);
  });

  it.each([
    ['calls that change something', 'POST', []],
    ['calls whose login holds for the connection', 'GET', [['Authorization', 'NTLM abc']]],
  ] as [string, string, [string, string][]][])('are not used for %s', async (_, method, headers) => {
    const before = four.connections();
    const open = http(`a.example:${four.port}`, ['127.0.0.1']);
    for (let round = 0; round < 3; round += 1) {
      await textOf(await open.send(call(`http://a.example:${four.port}/`, { method, headers })));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(four.connections() - before).toBe(3);
  });

  it('are replaced without a word when the other side had closed them meanwhile', async () => {
    let heads = 0;
    const flaky = await listen((socket, received) => {
      heads += 1;
      if (heads === 2) socket.resetAndDestroy();
      else ok(socket, received);
    });
    const open = http(`a.example:${flaky.port}`, ['127.0.0.1']);
    await textOf(await open.send(call(`http://a.example:${flaky.port}/`)));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await textOf(await open.send(call(`http://a.example:${flaky.port}/`)))).toBe('ok');
    expect(heads).toBe(3);
    expect(flaky.connections()).toBe(2);
    await flaky.close();
  });

  it('send a call once more only when it went over a kept connection', async () => {
    const rude = await listen((socket) => socket.resetAndDestroy());
    const open = http(`a.example:${rude.port}`, ['127.0.0.1']);
    const error = await errorOf(open.send(call(`http://a.example:${rude.port}/`)));
    expect(error).toBeInstanceOf(HttpFailure);
    expect(rude.connections()).toBe(1);
    await rude.close();
  });
});
