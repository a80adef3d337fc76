import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { EgressRefused } from '#shared/ports.ts';
import { watchSockets, type SocketWatch } from '../../../attacks/sockets.ts';
import { call, errorOf, listen, ok, textOf, type Listener } from './servers.ts';

interface PrivateTarget {
  readonly url: string;
  readonly resolves?: readonly string[];
}

const corpus = JSON.parse(
  readFileSync(new URL('../../../attacks/private-targets.json', import.meta.url), 'utf8'),
) as readonly PrivateTarget[];

const publicAddress = '93.184.215.14';

let four: Listener;
let six: Listener;
let sockets: SocketWatch;

beforeAll(async () => {
  four = await listen(ok);
  six = await listen(ok, '::1', four.port);
  sockets = watchSockets();
});

afterAll(async () => {
  sockets.stop();
  await four.close();
  await six.close();
});

const nothingWasDialled = () => {
  expect(four.connections() + six.connections()).toBe(0);
  expect(sockets.dialled).toEqual([]);
};

const refuse = async (
  url: string,
  options: { allow?: string; plainHttp?: boolean; resolves?: readonly string[] },
) => {
  const { allow = '', plainHttp = true, resolves = [publicAddress] } = options;
  const resolve = () => Promise.resolve(resolves);
  const http = guardedHttp({ allow: parseAllowList(allow), plainHttp, resolve });
  const error = await errorOf(http.send(call(url)));
  expect(error).toBeInstanceOf(EgressRefused);
  nothingWasDialled();
  return error as EgressRefused;
};

describe('calls that the egress guard refuses', () => {
  it('knows at least 200 ways to write a private target', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(200);
  });

  it.each(corpus)('opens no socket for $url', async ({ url, resolves }) => {
    await refuse(url.replaceAll('{port}', String(four.port)), resolves ? { resolves } : {});
  });

  it('refuses a host that has no address', async () => {
    await refuse('http://empty.example/', { resolves: [] });
  });

  it('refuses plain http unless it is switched on', async () => {
    const error = await refuse('http://api.example/secret-path?key=hunter2', { plainHttp: false });
    expect(error.message).toBe('api.example can be called over https only.');
  });

  it('refuses plain http to an allowed range when it is not switched on', async () => {
    await refuse(`http://127.0.0.1:${four.port}/`, { plainHttp: false, allow: '127.0.0.0/8' });
  });

  it('refuses another port of an allowed host', async () => {
    await refuse(`http://localhost:${four.port}/`, { allow: 'localhost:1', resolves: ['127.0.0.1'] });
  });

  it('refuses an allowed host whose answer is no address', async () => {
    await refuse(`http://odd.example:${four.port}/`, {
      allow: `odd.example:${four.port}`,
      resolves: ['localhost'],
    });
  });

  it('refuses a host with one address inside an allowed range and one outside', async () => {
    await refuse(`http://half.example:${four.port}/`, {
      allow: '127.0.0.1',
      resolves: ['127.0.0.1', '127.0.0.2'],
    });
  });

  it('shows neither path nor query nor password of the URL', async () => {
    const secrets = ['hunter2', 'sesame', 'tr0ub4dor'];
    for (const url of [
      'http://127.0.0.1/hunter2?key=sesame',
      'https://api.example:hunter2/?key=sesame',
      'https://me:tr0ub4dor@api.example/hunter2?key=sesame',
      'ftp://api.example/hunter2?key=sesame',
    ]) {
      const shown = inspect(await refuse(url, {}), { depth: 10, showHidden: true });
      for (const each of secrets) expect(shown).not.toContain(each);
    }
  });

  it.each(['CONNECT', 'TRACE', 'track', 'GET / HTTP/1.1\r\nX:', ''])(
    'refuses the method "%s"',
    async (method) => {
      const http = guardedHttp({ allow: parseAllowList('127.0.0.1'), plainHttp: true });
      const error = await errorOf(http.send(call(`http://127.0.0.1:${four.port}/`, { method })));
      expect(error).toBeInstanceOf(EgressRefused);
      nothingWasDialled();
    },
  );

  it.each([
    [['X-A', 'a\r\nX-B: b']],
    [['X-A\r\nX-B', 'a']],
    [['X-A', '\u{1f511}']],
    [['', 'a']],
    [['Host', 'other.example']],
    [['hOST', '']],
  ] as [[string, string]][])('refuses the header %j', async (header) => {
    const http = guardedHttp({ allow: parseAllowList('127.0.0.1'), plainHttp: true });
    const error = await errorOf(http.send(call(`http://127.0.0.1:${four.port}/`, { headers: [header] })));
    expect(error).toBeInstanceOf(EgressRefused);
    nothingWasDialled();
  });
});

describe('names that change their address', () => {
  it('does not follow a name that moves to a private address after its first connection', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.1'], ['10.0.0.1']];
    const resolve = () => Promise.resolve(answers.shift() ?? []);
    const http = guardedHttp({ allow: parseAllowList('127.0.0.1'), plainHttp: true, resolve });
    const url = `http://moving.example:${four.port}/`;
    const before = four.connections();
    expect(await textOf(await http.send(call(url, { method: 'POST' })))).toBe('ok');
    expect(await textOf(await http.send(call(url, { method: 'POST' })))).toBe('ok');
    expect(await errorOf(http.send(call(url, { method: 'POST' })))).toBeInstanceOf(EgressRefused);
    expect(four.connections() - before).toBe(2);
  });

  it('asks the resolver once for a connection, so that a second answer counts for nothing', async () => {
    let asked = 0;
    const resolve = () => Promise.resolve([(asked += 1) === 1 ? '127.0.0.1' : '10.0.0.1']);
    const http = guardedHttp({ allow: parseAllowList('127.0.0.1'), plainHttp: true, resolve });
    const before = four.connections();
    expect(await textOf(await http.send(call(`http://rebinding.example:${four.port}/`)))).toBe('ok');
    expect(asked).toBe(1);
    expect(four.connections() - before).toBe(1);
  });
});
