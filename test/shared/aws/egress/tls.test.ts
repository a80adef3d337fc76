import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createServer as createPlainServer, type AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { HttpFailure } from '#shared/ports.ts';
import { call, errorOf, listen, listening, textOf } from './servers.ts';

const { key, cert } = JSON.parse(readFileSync(new URL('certificate.json', import.meta.url), 'utf8')) as {
  key: string;
  cert: string;
};

let server: Server;
let port: number;
let requests = 0;
let handshakes = 0;
const before = getCACertificates('default');

beforeAll(async () => {
  server = createServer({ key, cert }, (request, response) => {
    requests += 1;
    if (!(request.socket instanceof TLSSocket)) throw new Error('The socket is not one of TLS.');
    const { servername, alpnProtocol } = request.socket;
    response.end(JSON.stringify({ servername, alpnProtocol, host: request.headers.host }));
  });
  server.on('connection', () => (handshakes += 1));
  server.on('tlsClientError', () => undefined);
  await listening(server, '127.0.0.1');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  setDefaultCACertificates(before);
  server.closeAllConnections();
  server.close();
});

const guarded = (connectTimeoutMilliseconds = 5_000, addresses = ['127.0.0.1']) =>
  guardedHttp({
    allow: parseAllowList('127.0.0.1,::1'),
    plainHttp: false,
    connectTimeoutMilliseconds,
    resolve: () => Promise.resolve(addresses),
  });

const http = guarded();

const refusal = async (host: string) => {
  const error = await errorOf(http.send(call(`https://${host}/hunter2?key=sesame`)));
  expect(error).toBeInstanceOf(HttpFailure);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/hunter2|sesame/);
  const { reason, sent, cause } = error as HttpFailure;
  return { reason, sent, code: (cause as { code?: string }).code };
};

describe('calls over TLS', () => {
  it('refuse a certificate that nobody vouches for, before the request is sent', async () => {
    const failure = await refusal(`provider.example:${port}`);
    expect(failure).toEqual({ reason: 'tls', sent: false, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(requests).toBe(0);
  });

  it('refuse a server that does not speak TLS', async () => {
    const greeter = createPlainServer((socket) => socket.on('error', () => undefined).end('220 welcome\r\n'));
    await listening(greeter, '127.0.0.1');
    const failure = await refusal(`provider.example:${(greeter.address() as AddressInfo).port}`);
    expect(failure).toMatchObject({ reason: 'tls', sent: false });
    greeter.close();
  });

  it('give up a handshake that does not end, with nothing sent', async () => {
    const silent = await listen(() => undefined);
    const error = await errorOf(guarded(50).send(call(`https://provider.example:${silent.port}/`)));
    expect(error).toMatchObject({ reason: 'timeout', sent: false });
    expect(silent.connections()).toBe(1);
    await silent.close();
  });

  it('leave time for the next address when the first falls silent', async () => {
    setDefaultCACertificates([...before, cert]);
    const silent = await listen(() => undefined, '::1', port);
    const answer = await guarded(2_000, ['::1', '127.0.0.1']).send(call(`https://provider.example:${port}/`));
    expect(answer.status).toBe(200);
    await textOf(answer);
    expect(silent.connections()).toBe(1);
    await silent.close();
  });

  it('name the host to the server, although its address is what was dialled', async () => {
    setDefaultCACertificates([...before, cert]);
    const answer = await http.send(call(`https://provider.example:${port}/`));
    expect(JSON.parse(await textOf(answer))).toEqual({
      servername: 'provider.example',
      alpnProtocol: 'http/1.1',
      host: `provider.example:${port}`,
    });
  });

  it('refuse a trusted certificate of another name', async () => {
    setDefaultCACertificates([...before, cert]);
    const failure = await refusal(`other.example:${port}`);
    expect(failure).toEqual({ reason: 'tls', sent: false, code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('refuse a trusted certificate that does not hold the address of the URL', async () => {
    setDefaultCACertificates([...before, cert]);
    const failure = await refusal(`127.0.0.1:${port}`);
    expect(failure).toEqual({ reason: 'tls', sent: false, code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('keep a connection for the same host and make another for a call that changes something', async () => {
    setDefaultCACertificates([...before, cert]);
    const own = guarded();
    const start = handshakes;
    for (const method of ['GET', 'GET', 'POST']) {
      await textOf(await own.send(call(`https://provider.example:${port}/`, { method })));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(handshakes - start).toBe(2);
  });
});
