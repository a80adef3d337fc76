import { describe, expect, it } from '@jest/globals';
import { backwardHeaders, onwardHeaders } from '#shared/domain/proxy/headers.ts';

const names = (headers: readonly (readonly [string, string])[]) => headers.map(([name]) => name);

describe("the caller's headers on their way to the service", () => {
  it.each([
    'connection',
    'Keep-Alive',
    'proxy-authenticate',
    'Proxy-Authorization',
    'proxy-connection',
    'TE',
    'trailer',
    'Transfer-Encoding',
    'upgrade',
    'Host',
    'Authorization',
    'content-length',
    'expect',
    'Forwarded',
    'via',
    'X-Forwarded-For',
    'x-forwarded-proto',
    'X-Amzn-Trace-Id',
    'X-Amzn-Tls-Version',
    'x-amz-cf-id',
    'X-Real-IP',
    'True-Client-IP',
    'X-Original-URL',
    'X-Rewrite-Url',
    'Latchkey-Anything',
    // To a server that reads underscores as dashes, these are the same.
    'x_forwarded_for',
    'LATCHKEY_TIMEOUT',
    'proxy_authorization',
  ])('lose %s', (name) => {
    expect(onwardHeaders([[name, 'x']])).toEqual([]);
  });

  it('keep order, case and repeats of all others', () => {
    const sent = [
      ['Accept', 'a'],
      ['X-Custom', '1'],
      ['cookie', 'c=1'],
      ['x-custom', '2'],
      ['Content-Type', 'text/plain'],
      ['If-None-Match', '"e"'],
      ['X-Amz-Date', 'now'],
      ['x-amzn-bedrock-trace', 'ENABLED'],
      ['X-Original-Filename', 'a.txt'],
      ['x_custom', '3'],
      ['Origin', 'https://acme.example'],
    ] as const;
    expect(onwardHeaders(sent)).toEqual(sent);
  });

  it('lose what Connection names (RFC 9110 §7.6.1)', () => {
    const sent = [
      ['Connection', 'close, X-Secret'],
      ['connection', 'x-other'],
      ['X-SECRET', '1'],
      ['x_secret', '1'],
      ['x-other', '2'],
      ['x-third', '3'],
    ] as const;
    expect(names(onwardHeaders(sent))).toEqual(['x-third']);
  });
});

describe("the service's headers on their way back", () => {
  it.each([
    'Set-Cookie',
    'set-cookie2',
    'Strict-Transport-Security',
    'clear-site-data',
    'Alt-Svc',
    'Public-Key-Pins',
    'service-worker-allowed',
    'Report-To',
    'NEL',
    'Access-Control-Allow-Origin',
    'access-control-allow-credentials',
    'Transfer-Encoding',
    'keep-alive',
    'Proxy-Authenticate',
    'trailer',
    'Latchkey-Error',
    'latchkey_error',
    'Latchkey-Auth',
  ])('lose %s', (name) => {
    expect(backwardHeaders([[name, 'x']])).toEqual([]);
  });

  it('lose what Connection names', () => {
    const answered = [
      ['connection', 'X-Hop'],
      ['x-hop', '1'],
      ['x-end', '2'],
    ] as const;
    expect(names(backwardHeaders(answered))).toEqual(['x-end']);
  });

  it('keep order and repeats of all others', () => {
    const answered = [
      ['content-type', 'text/plain'],
      ['link', '<https://a.example/?page=2>; rel="next"'],
      ['ETag', '"1"'],
      ['link', '<https://a.example/?page=9>; rel="last"'],
      ['location', '/elsewhere'],
      ['x-ratelimit-remaining', '0'],
      ['retry-after', '3'],
      ['www-authenticate', 'Bearer'],
      ['content-encoding', 'gzip'],
      ['content-security-policy', "default-src 'none'"],
      ['cache-control', 'max-age=3'],
      ['vary', 'accept'],
    ] as const;
    expect(backwardHeaders(answered)).toEqual(answered);
  });
});
