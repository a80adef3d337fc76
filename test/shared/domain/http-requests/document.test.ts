import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { HttpRequest } from '#shared/domain/http-requests/document.ts';
import { issueDetails } from '#shared/errors.ts';
import { outgoingOf } from '#shared/domain/http-requests/outgoing.ts';
import { seededRandom } from '#shared/memory/random.ts';

const authId = `auth_${'0'.repeat(26)}`;
const random = seededRandom(1);

const wrong = (document: Record<string, unknown>) => {
  const details = issueDetails(HttpRequest.safeParse({ authId, ...document }).error!, 'body');
  return details.map(({ path, message }) => `${path.slice('body.'.length)}: ${message}`);
};

describe('a document of a call', () => {
  it.each([
    [{ authId: 'auth_1' }, 'authId: Expected an id such as auth_01hv….'],
    [{ path: '/a', url: 'https://x.example' }, 'url: Say path or url, not both.'],
    [{ path: '/a#b' }, 'path: A fragment is never sent: leave it out, or write # as %23.'],
    [{ path: '/a\nb' }, 'path: Expected no control characters: percent-encode them.'],
    [{ url: 'https://x.example/\t' }, 'url: Expected no control characters: percent-encode them.'],
    [{ method: 'TRACE' }, 'method: TRACE and CONNECT are not sent.'],
    [{ method: 'connect' }, 'method: TRACE and CONNECT are not sent.'],
    [{ method: 'GET /' }, 'method: Expected a method, such as GET.'],
    [
      { headers: { 'a b': '1' } },
      'headers.a b: Expected the characters that a header name may hold (RFC 9110 §5.6.2).',
    ],
    [
      { headers: [['x', '1\r\ny: 2']] },
      'headers.x: Expected one line of characters that a header can carry (RFC 9110 §5.5).',
    ],
    [
      { headers: { x: 'ł' } },
      'headers.x: Expected one line of characters that a header can carry (RFC 9110 §5.5).',
    ],
    [
      { headers: 'x: 1' },
      'headers: Expected an object of names and values, or a list of pairs such as ["name", "value"].',
    ],
    [
      { queries: { a: null } },
      'queries: Expected an object of names and values, or a list of pairs such as ["name", "value"].',
    ],
    [
      { body: { kind: 'multipart', parts: [] }, headers: { 'Content-Type': 'multipart/form-data' } },
      'headers: Leave out Content-Type: a multipart body brings its own, which names its boundary.',
    ],
    [
      { body: { kind: 'xml' } },
      'body.kind: Expected one of "none", "json", "text", "form", "multipart", "base64".',
    ],
    [{ body: { kind: 'json' } }, 'body.value: Expected a JSON value; it is missing.'],
    [
      { queries: { id: Number(12345678901234567890n) } },
      'queries.id: This number is too large to be kept exactly: write it as a text.',
    ],
    [
      { body: { kind: 'form', value: [['id', Number(12345678901234567890n)]] } },
      'body.value.0.1: This number is too large to be kept exactly: write it as a text.',
    ],
    [
      { body: { kind: 'json', value: { id: [12345678901234567890n].map(Number) } } },
      'body.value: A number in it is too large to be kept exactly: send the body as text.',
    ],
    [
      { body: { kind: 'base64', value: 'a-_=' } },
      'body.value: Expected base 64 (RFC 4648 §4), with its padding and without line breaks.',
    ],
    [
      { acceptStatus: '299-200' },
      'acceptStatus: Expected a status, a range such as "200-299", or a list of them, such as [404, "200-299", {"from": 300, "to": 308}].',
    ],
    [{ retries: 6 }, 'retries: Expected at most 5.'],
    [{ timeoutSeconds: 29 }, 'timeoutSeconds: Expected at most 28.'],
    [
      { followRedirects: 'yes' },
      'followRedirects: Expected true, false, or an object such as {"most": 5, "keepMethod": true}.',
    ],
    [{ query: {} }, 'query: There is no such member here: leave it out, or correct how its name is written.'],
  ])('%j is refused with what would be right', (document, message) => {
    expect(wrong(document)).toEqual([message]);
  });

  it('says its options as a proxy call takes them, and of those that it does not name nothing', () => {
    const options = (document: Record<string, unknown>) =>
      outgoingOf({ random }, HttpRequest.parse({ authId, ...document })).options;
    expect(options({})).toEqual({ decode: true });
    expect(options({ answer: 'raw' })).toEqual({});
    expect(options({ timeoutSeconds: 1.5, retries: 0, followRedirects: true })).toEqual({
      timeoutMilliseconds: 1500,
      retries: 0,
      redirects: { most: 10, keepMethod: false, keepAuthorization: false },
      decode: true,
    });
    expect(options({ followRedirects: false })).toMatchObject({ redirects: { most: 0 } });
    expect(
      options({ followRedirects: { most: 2, keepMethod: true, keepAuthorization: true } }),
    ).toMatchObject({
      redirects: { most: 2, keepMethod: true, keepAuthorization: true },
    });
  });

  const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());
  const pairs = fc.array(fc.tuple(text, text), { maxLength: 8 });

  it('has any queries read by the other side as they were given', () => {
    fc.assert(
      fc.property(pairs, (queries) => {
        const { path, query } = outgoingOf({ random }, HttpRequest.parse({ authId, path: '/a', queries }));
        const url = new URL(`https://x.example${path}`);
        url.search = query;
        expect([...url.searchParams]).toEqual(queries);
        // No parser writes it anew.
        expect(url.search.slice(1)).toBe(query);
      }),
    );
  });

  it('has any form read by the other side as it was given', () => {
    fc.assert(
      fc.property(pairs, (value) => {
        const { body } = outgoingOf({ random }, HttpRequest.parse({ authId, body: { kind: 'form', value } }));
        expect([...new URLSearchParams(Buffer.from(body as Uint8Array).toString())]).toEqual(value);
      }),
    );
  });
});
