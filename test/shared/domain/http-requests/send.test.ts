import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { HttpRequest, type HttpRequestInput } from '#shared/domain/http-requests/document.ts';
import { sendHttpRequest } from '#shared/domain/http-requests/send.ts';
import { HttpFailure, type OutgoingRequest } from '#shared/ports.ts';
import { world, type World } from '../../../support/deps.ts';
import { actor, keyedAuth, sharedWorkspace, tokenService } from '../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let auth: Auth;

beforeEach(async () => {
  w = await world();
  auth = await keyedAuth(w, await tokenService(w, { baseUrl: 'https://api.keyed.example/v2' }));
});

type Document = Omit<HttpRequestInput, 'authId'>;

const send = (document: Document = {}, workspaceId = w.workspaceId) =>
  sendHttpRequest(w.deps, {
    actor: actor(w),
    workspaceId,
    request: HttpRequest.parse(JSON.parse(JSON.stringify({ authId: auth.id, ...document }))),
  });
const last = (): OutgoingRequest => w.http.requests.at(-1)!;
const sentBody = () => Buffer.from(last().body as Uint8Array);
const sentHeader = (name: string) =>
  last()
    .headers.filter(([known]) => known.toLowerCase() === name)
    .map(([, value]) => value);

describe('a call as a document', () => {
  it('goes below the base URL with the credential on it, and is a GET of the base when it says nothing', async () => {
    await send();
    expect(last()).toMatchObject({ method: 'GET', url: 'https://api.keyed.example/v2', body: undefined });
    expect(last().headers).toEqual([['x-api-key', 'the-api-key']]);
    await send({ method: 'PROPFIND', path: 'contacts/a%2Fb' });
    expect(last()).toMatchObject({ method: 'PROPFIND', url: 'https://api.keyed.example/v2/contacts/a%2Fb' });
  });

  it('escapes its queries behind those that path or URL bring, in order and as often as they stand', async () => {
    const queries: Document['queries'] = [
      ['q', 'a b&c=d#é'],
      ['x', 1],
      ['x', true],
      ["it's", "(!*')"],
    ];
    const written = 'q=a%20b%26c%3Dd%23%C3%A9&x=1&x=true&it%27s=%28%21%2A%27%29';
    await send({ path: '/search?a=1+2', queries });
    expect(last().url).toBe(`https://api.keyed.example/v2/search?a=1+2&${written}`);
    await send({ url: 'https://api.keyed.example/v2/search?a=%2f', queries });
    expect(last().url).toBe(`https://api.keyed.example/v2/search?a=%2f&${written}`);
    await send({ path: '/search', queries: { a: ['1', 2], b: false, c: [] } });
    expect(last().url).toBe('https://api.keyed.example/v2/search?a=1&a=2&b=false');
  });

  it('keeps the case, the order and the repeats of headers', async () => {
    await send({
      headers: [
        ['X-Two', 'b'],
        ['x-one', '1'],
        ['X-Two', 'a'],
      ],
    });
    expect(last().headers.slice(0, 3)).toEqual([
      ['X-Two', 'b'],
      ['x-one', '1'],
      ['X-Two', 'a'],
    ]);
    await send({ headers: { 'X-Many': ['1', '2'], 'x-number': 3 } });
    expect(last().headers.slice(0, 3)).toEqual([
      ['X-Many', '1'],
      ['X-Many', '2'],
      ['x-number', '3'],
    ]);
  });

  it('tells which of its headers were left out, and overrides nothing that the credential sets', async () => {
    const { warnings } = await send({
      headers: {
        Host: 'other.example',
        'Latchkey-Retries': '5',
        Authorization: 'Bearer theirs',
        'X-Api-Key': 'theirs',
      },
    });
    expect(last().headers).toEqual([['x-api-key', 'the-api-key']]);
    expect(warnings.map((warning) => /The header (\S+)/.exec(warning)?.[1])).toEqual([
      'Host',
      'Latchkey-Retries',
      'Authorization',
    ]);
    expect(warnings.join()).not.toContain('theirs');
  });

  it('expands nothing that it says', async () => {
    const text = '{{api_key}}';
    await send({
      method: 'POST',
      path: `/${text}`,
      queries: { q: text },
      headers: { 'X-A': text },
      body: { kind: 'text', value: text },
    });
    expect(decodeURIComponent(last().url)).toBe(`https://api.keyed.example/v2/${text}?q=${text}`);
    expect(`${last().url} ${sentHeader('x-a').join()} ${sentBody().toString()}`).not.toContain('the-api-key');
  });

  it('finds auths of its workspace alone, whatever else the key may see', async () => {
    const other = await sharedWorkspace(w);
    await expect(send({}, other.id)).rejects.toMatchObject({ status: 404, code: 'auth_not_found' });
    expect(w.http.requests).toHaveLength(0);
  });

  it('goes nowhere but to its service', async () => {
    for (const document of [
      { url: 'https://evil.example/v2' },
      { url: 'https://api.keyed.example/v1' },
      { url: 'https://user@api.keyed.example/v2' },
      { path: '/../v1' },
      { path: '/%2e%2e/v1' },
    ])
      await expect(send(document)).rejects.toMatchObject({ status: 422 });
    expect(w.http.requests).toHaveLength(0);
  });

  it('hands its options on, and says nothing of those that it does not name', async () => {
    await expect(
      send({ timeoutSeconds: 1.5, retries: 2, followRedirects: { keepMethod: true } }),
    ).resolves.toBeDefined();
  });
});

describe('the body of a document', () => {
  const sent = async (body: Document['body'], headers: Document['headers'] = {}) => {
    await send({ method: 'POST', body, headers });
    return [sentHeader('content-type').join('|'), sentBody().toString('latin1')];
  };

  it('is written by its kind, with the type of that kind', async () => {
    expect(await sent({ kind: 'json', value: { a: [1, null, 'é'] } })).toEqual([
      'application/json',
      Buffer.from('{"a":[1,null,"é"]}').toString('latin1'),
    ]);
    expect(await sent({ kind: 'json', value: null })).toEqual(['application/json', 'null']);
    expect(await sent({ kind: 'text', value: 'a\r\nb' })).toEqual(['text/plain; charset=utf-8', 'a\r\nb']);
    expect(await sent({ kind: 'form', value: { a: 'b c', d: ['1', '&'] } })).toEqual([
      'application/x-www-form-urlencoded',
      'a=b+c&d=1&d=%26',
    ]);
    expect(await sent({ kind: 'base64', value: 'AP8KDQ==' })).toEqual([
      'application/octet-stream',
      '\u0000\u00ff\n\r',
    ]);
  });

  it('has no type and no bytes when there is none', async () => {
    await send({ method: 'POST', body: { kind: 'none' } });
    expect([last().body, sentHeader('content-type')]).toEqual([undefined, []]);
  });

  it('is of the type that the headers say, when they say one', async () => {
    expect(await sent({ kind: 'json', value: 1 }, { 'content-TYPE': 'application/vnd.api+json' })).toEqual([
      'application/vnd.api+json',
      '1',
    ]);
  });

  it('holds parts as another writer of multipart writes them (RFC 7578)', async () => {
    await send({
      method: 'POST',
      body: {
        kind: 'multipart',
        parts: [
          { name: 'a "quoted"\r\nname', text: '--\r\nnot a boundary' },
          { name: 'file', base64: 'AP8KDQ==', fileName: 'ä".bin', contentType: 'image/png' },
          { name: 'file', text: '' },
        ],
      },
    });
    const form = new FormData();
    form.append('a "quoted"\r\nname', '--\r\nnot a boundary');
    form.append('file', new File([Uint8Array.of(0, 255, 10, 13)], 'ä".bin', { type: 'image/png' }));
    form.append('file', '');
    const written = new Response(form);
    const boundaryOf = (type: string) => /^multipart\/form-data; boundary=(\S+)$/.exec(type)?.[1] ?? 'none';
    const theirs = boundaryOf(written.headers.get('content-type') ?? '');
    const ours = boundaryOf(sentHeader('content-type').join());
    expect(ours).toMatch(/^[0-9a-f]{32}$/);
    const bytes = Buffer.from(await written.arrayBuffer());
    expect(sentBody().toString('latin1').replaceAll(ours, theirs).trimEnd()).toBe(
      bytes.toString('latin1').trimEnd(),
    );
  });
});

describe('the answer to a document', () => {
  const shown = async (body: string | Uint8Array, type?: string, more: [string, string][] = []) => {
    w.http.answers(() =>
      answer(200, body, [...(type === undefined ? [] : [['Content-Type', type] as const]), ...more]),
    );
    const { bodyKind, body: read } = (await send()).response;
    return [bodyKind, read];
  };

  it('is JSON, text or base 64 by its type, and told apart', async () => {
    expect(await shown('{"a":[1]}', 'application/vnd.api+json; charset=utf-8')).toEqual(['json', { a: [1] }]);
    expect(await shown('\ufeff[1]', 'application/json')).toEqual(['json', [1]]);
    expect(await shown('<p>é</p>', 'text/html')).toEqual(['text', '<p>é</p>']);
    expect(await shown(Uint8Array.of(0xe9), 'text/plain; charset="ISO-8859-1"')).toEqual(['text', 'é']);
    expect(await shown('hello')).toEqual(['text', 'hello']);
    expect(await shown(Uint8Array.of(0, 255), 'image/png')).toEqual(['base64', 'AP8=']);
    expect(await shown('', 'application/json')).toEqual(['none', null]);
  });

  it('is not bent to what it says: no JSON is text, and no text is base 64', async () => {
    expect(await shown('{"a":', 'application/json')).toEqual(['text', '{"a":']);
    expect(await shown(Uint8Array.of(0xff), 'text/plain')).toEqual(['base64', '/w==']);
    expect(await shown('x', 'text/plain; charset=klingon')).toEqual(['base64', 'eA==']);
    expect(await shown('packed', 'text/plain', [['Content-Encoding', 'unheard-of']])).toEqual([
      'base64',
      'cGFja2Vk',
    ]);
    await expect(shown('packed', 'text/plain', [['Content-Encoding', 'gzip']])).rejects.toMatchObject({
      code: 'undecodable_answer',
    });
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect((await shown(deep, 'application/json'))[0]).toBe('text');
  });

  it('is unpacked where it comes compressed', async () => {
    const packed = gzipSync('{"a":1}');
    expect(await shown(packed, 'application/json', [['Content-Encoding', 'gzip']])).toEqual([
      'json',
      { a: 1 },
    ]);
  });

  it('keeps numbers as the service wrote them, those too that are too large for JavaScript', async () => {
    const text = '{"id":12345678901234567890,"price":1.50,"list":[1e2,-0,0.1]}';
    w.http.answers(() => answer(200, text, [['content-type', 'application/json']]));
    expect(JSON.stringify((await send()).response.body)).toBe(text);
  });

  it('has its headers by name, and in a raw answer as they came with the body untouched', async () => {
    const pairs = [
      ['Content-Type', 'application/json'],
      ['Link', '<a>; rel="next"'],
      ['link', '<b>; rel="last"'],
      ['Set-Cookie', 'a=1'],
    ] as const;
    w.http.answers(() => answer(200, '{"a": 1}', pairs));
    expect((await send()).response).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', link: '<a>; rel="next", <b>; rel="last"' },
      bodyKind: 'json',
      body: { a: 1 },
    });
    expect((await send({ answer: 'raw' })).response).toMatchObject({
      rawHeaders: pairs.slice(0, 3),
      bodyKind: 'base64',
      body: Buffer.from('{"a": 1}').toString('base64'),
    });
  });

  it('of any status is an answer, unless the document says which it accepts', async () => {
    w.http.answers(() => jsonAnswer(404, { message: 'no such contact' }));
    expect((await send()).response).toMatchObject({ status: 404 });
    for (const acceptStatus of [404, '400-499', [200, '400-404'], [{ from: 404, to: 404 }]])
      expect((await send({ acceptStatus })).response).toMatchObject({ status: 404 });
    for (const acceptStatus of [200, '200-299', [200, '405-499'], [{ from: 100, to: 403 }]])
      await expect(send({ acceptStatus })).rejects.toMatchObject({
        status: 502,
        code: 'unaccepted_status',
        besides: { response: { status: 404, body: { message: 'no such contact' } } },
      });
  });

  it('is given up with the signal of its caller', async () => {
    const { signal } = new AbortController();
    const request = HttpRequest.parse({ authId: auth.id });
    await sendHttpRequest(w.deps, { actor: actor(w), workspaceId: w.workspaceId, request, signal });
    expect(last().signal).toBe(signal);
  });

  it('that breaks off, or is larger than can pass, is an error of ours', async () => {
    async function* broken() {
      yield Buffer.from('a');
      await Promise.resolve();
      throw new HttpFailure('reset', true);
    }
    w.http.answers(() => answer(200, broken()));
    await expect(send()).rejects.toMatchObject({ status: 502, code: 'upstream_broke_off' });
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1;
        yield Buffer.alloc(100_000);
        await Promise.resolve();
      }
    }
    w.http.answers(() => answer(200, endless()));
    await expect(send()).rejects.toMatchObject({ status: 413, code: 'answer_too_large' });
    expect(given).toBeLessThan(60);
    // Quotes are escaped twice on their way out of Lambda.
    w.http.answers(() => answer(200, '"'.repeat(2_000_000)));
    await expect(send()).rejects.toMatchObject({ status: 413, code: 'answer_too_large' });
    w.http.answers(() => answer(200, 'a'.repeat(4_000_000)));
    expect((await send()).response.bodyKind).toBe('text');
  });
});
