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
    'x-amz-cf-id',
    'Latchkey-Anything',
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
    ] as const;
    expect(onwardHeaders(sent)).toEqual(sent);
  });

  it('lose what Connection names (RFC 9110 §7.6.1)', () => {
    const sent = [
      ['Connection', 'close, X-Secret'],
      ['connection', 'x-other'],
      ['X-SECRET', '1'],
      ['x-other', '2'],
      ['x-third', '3'],
    ] as const;
    expect(names(onwardHeaders(sent))).toEqual(['x-third']);
  });
});

describe("the service's headers on their way back", () => {
  it('lose cookies, what belongs to one connection, and what only we may say', () => {
    const answered = [
      ['Set-Cookie', 's=1'],
      ['connection', 'X-Hop'],
      ['x-hop', '1'],
      ['transfer-encoding', 'chunked'],
      ['Latchkey-Error', 'needs_reconnect'],
      ['content-type', 'text/plain'],
      ['etag', '"1"'],
    ] as const;
    expect(names(backwardHeaders(answered))).toEqual(['content-type', 'etag']);
  });
});
