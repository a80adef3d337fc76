import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type DemoProvider, startProvider } from '../../local/provider.ts';
import { walkConsent } from '../../local/provider/consent.ts';
import * as client from './provider-client.ts';

const stops: (() => Promise<unknown>)[] = [];

const site = async (answer: RequestListener) => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('a walk through the demo provider', () => {
  let provider: DemoProvider;
  beforeAll(async () => {
    provider = await startProvider({ redirectUris: [client.redirectUri] });
  });
  afterAll(() => provider.stop());

  it('comes to the callback with a code when it allows', async () => {
    const url = client.authorizationUrl(provider);
    const { callbackUrl } = await walkConsent({ url, decision: 'allow' });
    expect(callbackUrl.startsWith(`${client.redirectUri}?code=`)).toBe(true);
    expect((await client.exchange(provider, callbackUrl)).status).toBe(200);
  });

  it('comes to the callback with access_denied and no code when it denies', async () => {
    const url = client.authorizationUrl(provider);
    const { callbackUrl } = await walkConsent({ url, decision: 'deny' });
    const query = new URL(callbackUrl).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({ error: 'access_denied', state: 'the-state' });
    expect(query.has('code')).toBe(false);
  });

  it('begins at any link, and keeps the cookies of each origin for it alone', async () => {
    const seen: (string | undefined)[] = [];
    const start = await site((request, response) => {
      seen.push(request.headers.cookie);
      if (request.url === '/connect/link') response.setHeader('set-cookie', 'visitor=1; Path=/; HttpOnly');
      const location = request.url === '/connect/link' ? '/onwards' : client.authorizationUrl(provider);
      response.writeHead(302, { location }).end();
    });
    const { callbackUrl, cookie } = await walkConsent({ url: `${start}/connect/link`, decision: 'allow' });
    expect(new URL(callbackUrl).searchParams.has('code')).toBe(true);
    expect(seen).toEqual([undefined, 'visitor=1']);
    expect(cookie).toBe('');
  });

  it('tells the title of the page on which it ends', async () => {
    const url = client.authorizationUrl(provider, { client_id: 'unknown' });
    await expect(walkConsent({ url, decision: 'allow' })).rejects.toThrow(
      `${provider.issuer} answered 400 (“Demo provider: invalid_client”), with no form to allow by.`,
    );
  });
});

describe('a walk through other pages', () => {
  it('does not ask for the callback by itself, and does with `follow`, with its cookies', async () => {
    const asked: (string | undefined)[] = [];
    const url = await site((request, response) => {
      asked.push(request.url);
      if (request.url?.startsWith('/oauth/callback')) response.writeHead(200).end(request.headers.cookie);
      else
        response
          .writeHead(303, { location: '/oauth/callback?code=c', 'set-cookie': 'browser=b; Path=/oauth' })
          .end();
    });
    const walked = await walkConsent({ url, decision: 'allow' });
    expect(walked).toEqual({ callbackUrl: `${url}/oauth/callback?code=c`, cookie: 'browser=b' });
    expect(asked).toEqual(['/']);
    const { answer } = await walkConsent({ url, decision: 'allow', follow: true });
    expect(answer).toEqual({ status: 200, location: undefined, body: 'browser=b' });
  });

  it('sends the only form of a page as a browser would', async () => {
    let sent: unknown;
    const url = await site((request, response) => {
      if (request.method === 'GET') {
        response.end(`<form method="post" action="/go?a=1&amp;b=2"><input type="hidden" name="t" value="x &amp; y">
          <input type="checkbox" name="unchecked" value="1"><button>Continue</button></form>`);
        return;
      }
      void text(request).then((body) => {
        sent = { url: request.url, body, origin: request.headers.origin };
        response.writeHead(303, { location: '/oauth/callback' }).end();
      });
    });
    expect((await walkConsent({ url, decision: 'deny' })).callbackUrl).toBe(`${url}/oauth/callback`);
    expect(sent).toEqual({ url: '/go?a=1&b=2', body: 't=x+%26+y', origin: url });
  });

  it('drops a cookie that the server takes back', async () => {
    const seen: (string | undefined)[] = [];
    const fields = ['a=1; Path=/', 'a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'];
    const url = await site((request, response) => {
      seen.push(request.headers.cookie);
      const field = fields.shift();
      if (field !== undefined) response.setHeader('set-cookie', field);
      response.writeHead(302, { location: seen.length < 3 ? '/more' : '/oauth/callback' }).end();
    });
    await walkConsent({ url, decision: 'allow' });
    expect(seen).toEqual([undefined, 'a=1', undefined]);
  });

  it('gives up after twenty requests', async () => {
    let count = 0;
    const url = await site((_, response) => {
      count += 1;
      response.writeHead(302, { location: '/secret-path' }).end();
    });
    await expect(walkConsent({ url, decision: 'allow' })).rejects.toThrow(
      `The consent did not come to /oauth/callback within 20 requests; it stands at ${url}.`,
    );
    expect(count).toBe(20);
  });

  it('says what a page wants that only a person can give', async () => {
    const url = await site((_, response) => {
      response.end('<form method="post"><input name="subdomain" required></form>');
    });
    await expect(walkConsent({ url, decision: 'allow' })).rejects.toThrow(
      `The page of ${url} asks for "subdomain", which only a person can fill in.`,
    );
  });

  it('says where nobody answers', async () => {
    await expect(walkConsent({ url: 'http://127.0.0.1:1/secret', decision: 'allow' })).rejects.toThrow(
      /^Nobody answers at http:\/\/127\.0\.0\.1:1\.$/,
    );
  });
});
