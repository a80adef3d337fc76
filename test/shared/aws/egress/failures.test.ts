import { inspect } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { HttpFailure, type OutgoingRequest } from '#shared/ports.ts';
import { call, errorOf, listen, say, textOf, type Behaviour, type Listener } from './servers.ts';

const listeners: Listener[] = [];
afterEach(async () => {
  for (const each of listeners.splice(0)) await each.close();
});

const allow = parseAllowList('127.0.0.0/8');
const http = guardedHttp({ allow, plainHttp: true });
const silent: Behaviour = () => undefined;

const provider = async (behave: Behaviour) => {
  const listener = await listen(behave);
  listeners.push(listener);
  return { ...listener, url: `http://127.0.0.1:${listener.port}/path-hunter2?key=sesame` };
};

const withSecrets = (url: string, more: Partial<OutgoingRequest> = {}) =>
  call(url, { headers: [['Authorization', 'Bearer tr0ub4dor']], ...more });

const failureOf = async (
  work: Promise<unknown>,
  secrets = ['hunter2', 'sesame', 'tr0ub4dor', 'correct-horse'],
) => {
  const error = await errorOf(work);
  expect(error).toBeInstanceOf(HttpFailure);
  const shown = inspect(error, { depth: 20, showHidden: true });
  for (const each of secrets) expect(shown).not.toContain(each);
  const { reason, sent, cause } = error as HttpFailure;
  return { reason, sent, code: (cause as { code?: string } | undefined)?.code };
};

describe('calls that fail before they are sent', () => {
  it('says so when a name does not resolve', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('no hunter2'), { code: 'ENOTFOUND' }));
    const lost = guardedHttp({ allow, plainHttp: true, resolve });
    const failure = await failureOf(lost.send(withSecrets('http://gone.example/hunter2')));
    expect(failure).toEqual({ reason: 'dns', sent: false, code: 'ENOTFOUND' });
  });

  it('says so when the connection is refused', async () => {
    const { url, close } = await provider(silent);
    listeners.length = 0;
    await close();
    const failure = await failureOf(http.send(withSecrets(url)));
    expect(failure).toEqual({ reason: 'connect', sent: false, code: 'ECONNREFUSED' });
  });

  it('gives up a connection after the time for connecting', async () => {
    const resolve = () => new Promise<readonly string[]>(() => undefined);
    const slow = guardedHttp({ allow, plainHttp: true, resolve, connectTimeoutMilliseconds: 30 });
    const failure = await failureOf(slow.send(withSecrets('http://slow.example/hunter2')));
    expect(failure).toEqual({ reason: 'timeout', sent: false, code: undefined });
  });

  it('gives up a call whose time ends before there is a connection', async () => {
    const resolve = () => new Promise<readonly string[]>(() => undefined);
    const slow = guardedHttp({ allow, plainHttp: true, resolve });
    const failure = await failureOf(
      slow.send(withSecrets('http://slow.example/', { timeoutMilliseconds: 30 })),
    );
    expect(failure).toEqual({ reason: 'timeout', sent: false, code: undefined });
  });

  it('opens no connection for a signal that was aborted before', async () => {
    const { url, connections } = await provider(silent);
    const failure = await failureOf(http.send(withSecrets(url, { signal: AbortSignal.abort('hunter2') })));
    expect(failure).toEqual({ reason: 'aborted', sent: false, code: undefined });
    await wait(20);
    expect(connections()).toBe(0);
  });
});

describe('calls that fail after they were sent', () => {
  it('times out while the headers are awaited, and closes the connection', async () => {
    let closed = false;
    const { url } = await provider((socket) => socket.on('close', () => (closed = true)));
    const failure = await failureOf(http.send(withSecrets(url, { timeoutMilliseconds: 50 })));
    expect(failure).toEqual({ reason: 'timeout', sent: true, code: undefined });
    await wait(20);
    expect(closed).toBe(true);
  });

  it('times out when headers trickle in but never end', async () => {
    const { url } = await provider((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('X-More: 1\r\n'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const failure = await failureOf(http.send(withSecrets(url, { timeoutMilliseconds: 60 })));
    expect(failure).toEqual({ reason: 'timeout', sent: true, code: undefined });
  });

  it('lets a body take longer than the time for the headers', async () => {
    const { url } = await provider((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no');
      setTimeout(() => socket.write('k'), 120);
    });
    expect(await textOf(await http.send(withSecrets(url, { timeoutMilliseconds: 60 })))).toBe('ok');
  });

  it('reports a connection that is reset', async () => {
    const { url } = await provider((socket) => socket.resetAndDestroy());
    const failure = await failureOf(http.send(withSecrets(url)));
    expect(failure).toEqual({ reason: 'reset', sent: true, code: 'ECONNRESET' });
  });

  it('reports a connection that is closed without an answer', async () => {
    const { url } = await provider((socket) => socket.end());
    const failure = await failureOf(http.send(withSecrets(url, { method: 'POST', body: 'correct-horse' })));
    expect(failure).toEqual({ reason: 'reset', sent: true, code: 'ECONNRESET' });
  });

  it.each([
    ['what is not HTTP', ['+OK correct-horse', '', '']],
    ['a header that is too large', ['HTTP/1.1 200 OK', `X: correct-horse${'x'.repeat(80_000)}`, '', '']],
    ['both framings at once', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked', '', '']],
    ['an upgrade', ['HTTP/1.1 101 Switching Protocols', 'Upgrade: x', 'Connection: upgrade', '', '']],
  ])('reports %s as a reset, without its bytes', async (_, lines) => {
    const { url } = await provider(say(...lines));
    const { reason, sent } = await failureOf(http.send(withSecrets(url)));
    expect({ reason, sent }).toEqual({ reason: 'reset', sent: true });
  });

  it('is aborted by its signal while the headers are awaited', async () => {
    const caller = new AbortController();
    const { url } = await provider(() => caller.abort(new Error('hunter2')));
    const failure = await failureOf(http.send(withSecrets(url, { signal: caller.signal })));
    expect(failure).toEqual({ reason: 'aborted', sent: true, code: undefined });
  });
});

describe('bodies that fail', () => {
  it('ends with an error when the connection breaks in the middle', async () => {
    const { url } = await provider((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    const answer = await http.send(withSecrets(url));
    expect(await failureOf(textOf(answer))).toMatchObject({ reason: 'reset', sent: true });
  });

  it('ends with an error when the body is shorter than announced', async () => {
    const { url } = await provider((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'),
    );
    const answer = await http.send(withSecrets(url));
    await wait(20);
    expect(await failureOf(textOf(answer))).toMatchObject({ reason: 'reset', sent: true });
  });

  it('is aborted by the signal while it is read, and closes the connection', async () => {
    let closed = false;
    const { url } = await provider((socket) => {
      socket.on('close', () => (closed = true));
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
    });
    const caller = new AbortController();
    const answer = await http.send(withSecrets(url, { signal: caller.signal }));
    setTimeout(() => caller.abort(), 20);
    expect(await failureOf(textOf(answer))).toMatchObject({ reason: 'aborted', sent: true });
    await wait(20);
    expect(closed).toBe(true);
  });

  it('is aborted by the signal before anyone reads it', async () => {
    const { url } = await provider(say('HTTP/1.1 200 OK', 'Content-Length: 10', '', 'abc'));
    const caller = new AbortController();
    const answer = await http.send(withSecrets(url, { signal: caller.signal }));
    caller.abort();
    await wait(20);
    expect(await failureOf(textOf(answer))).toMatchObject({ reason: 'aborted', sent: true });
  });

  it('closes the connection when its reader leaves', async () => {
    let closed = false;
    const { url } = await provider((socket) => {
      socket.on('close', () => (closed = true));
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
    });
    for await (const piece of (await http.send(withSecrets(url))).body) {
      expect(Buffer.from(piece).toString()).toBe('abc');
      break;
    }
    await wait(20);
    expect(closed).toBe(true);
  });
});
