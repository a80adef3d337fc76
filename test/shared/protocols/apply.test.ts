import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  Applied,
  applyCredential,
  bearer,
  UnusableBody,
  UnusableCredential,
  type PlacedRequest,
} from '#shared/protocols/apply.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';

const rules = (...list: readonly unknown[]) => list.map((rule) => Applied.parse(rule));

interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: PlacedRequest['headers'];
  readonly body?: string | Uint8Array;
}

const request = ({
  method = 'GET',
  url = 'https://acme.example/x',
  headers = [],
  body,
}: Sent = {}): PlacedRequest => ({
  method,
  url: new URL(url),
  headers,
  body: typeof body === 'string' ? Buffer.from(body) : body,
});

/** What comes of it, as plain data. */
const placed = (list: readonly unknown[], values: Record<string, string> = {}, sent: Sent = {}) => {
  const { method, url, headers, body } = applyCredential(rules(...list), values, request(sent));
  return { method, url: url.href, headers, body: body && Buffer.from(body).toString() };
};

/** Of UTF-16 units, halves of characters among them; the library's own unit of this kind takes seconds to set up. */
const anyText = fc
  .array(fc.nat({ max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

const json = [['content-type', 'application/json']] as const;
const form = [['content-type', 'application/x-www-form-urlencoded']] as const;

describe('putting a credential on a request', () => {
  it('puts a parameter without a stated place into the query (R29)', () => {
    expect(placed([{ name: 'key', value: '{{k}}' }], { k: 'v' })).toEqual({
      method: 'GET',
      url: 'https://acme.example/x?key=v',
      headers: [],
      body: undefined,
    });
  });

  it('puts each part where its rule says, header names in lower case', () => {
    const { url, headers, body } = placed(
      [
        { in: 'header', name: 'X-Api-Key', value: '{{k}}' },
        { in: 'cookie', name: 'session', value: '{{k}}' },
        { in: 'basic', value: '{{user}}:{{k}}' },
        { in: 'query', name: 'q', value: 'a {{k}} b' },
        { in: 'path', name: 'account', value: '{{user}}' },
        { in: 'body', name: 'token', value: '{{k}}' },
      ],
      { k: 'v&1', user: 'ü' },
      { method: 'POST', url: 'https://acme.example/{account}/x', headers: json, body: '{}' },
    );
    expect(headers).toEqual([
      ['content-type', 'application/json'],
      ['x-api-key', 'v&1'],
      ['authorization', `Basic ${Buffer.from('ü:v&1').toString('base64')}`],
      ['cookie', 'session=v&1'],
    ]);
    expect(url).toBe('https://acme.example/%C3%BC/x?q=a+v%261+b');
    expect(body).toBe('{"token":"v&1"}');
  });

  it('leaves the request that it was given as it was', () => {
    const sent = request({ url: 'https://acme.example/{a}?b=1', method: 'POST', headers: form, body: 'c=1' });
    applyCredential(
      rules(
        { in: 'path', name: 'a', value: 'x' },
        { name: 'b', value: 'x' },
        { in: 'body', name: 'c', value: 'x' },
      ),
      {},
      sent,
    );
    expect(sent.url.href).toBe('https://acme.example/%7Ba%7D?b=1');
    expect(Buffer.from(sent.body ?? '').toString()).toBe('c=1');
  });

  it('changes nothing where there are no rules', () => {
    const sent = request({
      url: 'https://acme.example/%7Ba%7D?&b=%20+&',
      headers: [['Cookie', 'a=1;b']],
      body: '{',
    });
    expect(applyCredential([], {}, sent)).toEqual(sent);
  });

  it('has the bearer header of RFC 6750 for services that say nothing', () => {
    expect(applyCredential([bearer], { access_token: 'at' }, request()).headers).toEqual([
      ['authorization', 'Bearer at'],
    ]);
  });

  it('knows the functions of templates', () => {
    const rule = { in: 'header', name: 'X-Auth', value: '{{base64(user, ":", key)}} {{region|eu}}' };
    expect(placed([rule], { user: 'u', key: 'k' }).headers).toEqual([['x-auth', 'dTpr eu']]);
  });

  it('expands neither what a value of the credential holds nor what the caller sends', () => {
    const values = { k: '{{other}}', other: 'no' };
    const sent = {
      method: 'POST',
      url: 'https://acme.example/{{other}}/%7B%7Bk%7D%7D?b={{other}}',
      headers: [['x-b', '{{other}}'], ...form] as const,
      body: 'b={{other}}',
    };
    const list = [
      { name: 'a', value: '{{k}}' },
      { in: 'body', name: 'a', value: '{{k}}' },
      { in: 'path', name: 'k', value: '{{k}}' },
    ];
    expect(placed(list, values, sent)).toEqual({
      method: 'POST',
      url: 'https://acme.example/%7B%7Bother%7D%7D/%7B%7Bk%7D%7D?b={{other}}&a=%7B%7Bother%7D%7D',
      headers: sent.headers,
      body: 'b={{other}}&a=%7B%7Bother%7D%7D',
    });
  });

  it('names the placeholder that nothing fills', () => {
    expect(() => placed([{ name: 'a', value: '{{constructor}}' }])).toThrow(UnfilledPlaceholder);
  });
});

describe('a field that may be left out', () => {
  const optional = new Set(['key', 'password']);
  const headersOf = (value: string, values: Record<string, string>) =>
    applyCredential(rules({ in: 'header', name: 'X-A', value }), values, request(), { optional }).headers;

  it.each<Record<string, string>>([{}, { key: '' }])('takes its rule along: %j', (values) => {
    expect(headersOf('Key {{key}}', values)).toEqual([]);
    expect(headersOf('Key {{base64(key, ":", password)}}', values)).toEqual([]);
  });

  it('leaves what the caller sent under its name', () => {
    const list = rules({ name: 'a', value: '{{key}}' }, { in: 'cookie', name: 'a', value: '{{key}}' });
    const sent = request({ url: 'https://acme.example/?a=1', headers: [['Cookie', 'a=1']] });
    expect(applyCredential(list, {}, sent, { optional })).toEqual(sent);
  });

  it('is placed when it is given', () => {
    expect(headersOf('Key {{key}}', { key: 'k' })).toEqual([['x-a', 'Key k']]);
  });

  it('is empty beside a field that is given', () => {
    expect(headersOf('{{user}}:{{password}}', { user: 'u' })).toEqual([['x-a', 'u:']]);
    expect(headersOf('{{key}}:{{password}}', { key: 'k' })).toEqual([['x-a', 'k:']]);
  });

  it('has no say where there is a fallback, or no placeholder', () => {
    expect(headersOf('{{key|none}}', {})).toEqual([['x-a', 'none']]);
    expect(headersOf('fixed', {})).toEqual([['x-a', 'fixed']]);
  });

  it('does not excuse one that must be there', () => {
    expect(() => headersOf('{{key}}{{user}}', {})).toThrow(UnfilledPlaceholder);
    expect(() => placed([{ name: 'a', value: '{{key}}' }])).toThrow(UnfilledPlaceholder);
  });
});

describe('a part in the query', () => {
  it('replaces what the caller sent under its name, however it was written, and nothing else', () => {
    const url = 'https://acme.example/x?b=%20+%2f&key=theirs&&k%65y=2&Key=3&key&keys=4&?key=5&x[]=%7e&=6';
    expect(placed([{ name: 'key', value: 'a b/é' }], {}, { url }).url).toBe(
      'https://acme.example/x?b=%20+%2f&&Key=3&keys=4&?key=5&x[]=%7e&=6&key=a+b%2F%C3%A9',
    );
  });

  it('may be of several rules of one name', () => {
    const list = [
      { name: 'a', value: '1' },
      { name: 'a', value: '2' },
    ];
    expect(placed(list, {}, { url: 'https://acme.example/?a=0' }).url).toBe('https://acme.example/?a=1&a=2');
  });

  it('takes any text', () => {
    const { url } = placed([{ name: 'a&b', value: '{{v}}\r\n#' }], { v: '日' });
    expect([...new URL(url).searchParams]).toEqual([['a&b', '日\r\n#']]);
  });
});

describe('a part in a header', () => {
  it('replaces what the caller sent under its name, in any case, and nothing else', () => {
    const headers = [
      ['X-API-Key', 'theirs'],
      ['Accept', 'a'],
      ['x-api-key', 'theirs'],
      ['accept', 'b'],
    ] as const;
    expect(placed([{ in: 'header', name: 'X-Api-Key', value: 'ours' }], {}, { headers }).headers).toEqual([
      ['Accept', 'a'],
      ['accept', 'b'],
      ['x-api-key', 'ours'],
    ]);
  });

  it.each(['a\r\nX-Evil: 1', 'a\n', '\ra', 'a\0b', 'a\u0001b', 'a\u007f', 'naïve – no', '日本'])(
    'cannot hold %j, and the refusal does not repeat it',
    (value) => {
      for (const place of ['header', 'cookie'] as const) {
        const run = () => placed([{ in: place, name: 'a', value: '{{v}}' }], { v: value });
        expect(run).toThrow(UnusableCredential);
        expect(run).not.toThrow(value);
      }
    },
  );

  it('takes any letters under basic, where they are encoded, and no control characters (RFC 7617 §2)', () => {
    const authorization = (v: string) => placed([{ in: 'basic', value: 'u:{{v}}' }], { v }).headers;
    expect(authorization('日')).toEqual([
      ['authorization', `Basic ${Buffer.from('u:日').toString('base64')}`],
    ]);
    expect(() => authorization('a\nb')).toThrow(UnusableCredential);
  });
});

describe('a part in a cookie', () => {
  const two = [
    { in: 'cookie', name: 'a', value: '1' },
    { in: 'cookie', name: 'b', value: '{{v}}' },
  ];

  it('goes with others in one header (RFC 6265 §5.4)', () => {
    expect(placed(two, { v: 'x=y' }).headers).toEqual([['cookie', 'a=1; b=x=y']]);
  });

  it("stands among the caller's cookies and replaces only those of its name", () => {
    const headers = [
      ['Cookie', 'theme=dark; a=theirs;A=kept; flag ;; b = theirs; aa=2'],
      ['accept', 'x'],
      ['cookie', 'a=again; last="q"'],
    ] as const;
    expect(placed(two, { v: '2' }, { headers }).headers).toEqual([
      ['accept', 'x'],
      ['cookie', 'theme=dark; A=kept; flag; aa=2; last="q"; a=1; b=2'],
    ]);
  });

  it('meets a header rule for all cookies in one header', () => {
    const list = [...two, { in: 'header', name: 'Cookie', value: 'all=1' }];
    expect(placed(list, { v: '2' }, { headers: [['cookie', 'theirs=1']] }).headers).toEqual([
      ['cookie', 'all=1; a=1; b=2'],
    ]);
  });

  it.each(['a;b', 'a,b', 'a b', '"a"', 'a\\b', 'a\tb', 'é', '; Path=/', ' '])('cannot hold %j', (v) => {
    expect(() => placed(two, { v })).toThrow(UnusableCredential);
  });
});

describe('a part in the path', () => {
  const rule = { in: 'path', name: 'account', value: '{{v}}' };
  const pathOf = (path: string, v: string) =>
    new URL(placed([rule], { v }, { url: `https://acme.example${path}` }).url).pathname;

  it('stands in the place of each whole segment of its name', () => {
    expect(pathOf('/{account}/x/{account}', 'a b')).toBe('/a%20b/x/a%20b');
    expect(pathOf('/v1/%7baccount%7D/', '7')).toBe('/v1/7/');
  });

  it.each([
    '/x',
    '/x{account}',
    '/{account}x',
    '/{accounts}',
    '/account',
    '/{{account}}',
    '/%257Baccount%257D',
  ])('leaves the path %s as it is', (path) => {
    expect(pathOf(path, 'a')).toBe(new URL(`https://acme.example${path}`).pathname);
  });

  it.each(['', '.', '..', '...', '../..', 'a/../..', '..\\x', '..;x', './.', '//', '\ud800'])(
    'cannot be %j',
    (v) => {
      expect(() => pathOf('/{account}/x', v)).toThrow(UnusableCredential);
    },
  );

  it('stays one segment, whatever the value is', () => {
    fc.assert(
      fc.property(anyText, (v) => {
        let path;
        try {
          path = pathOf('/a/{account}/b', v);
        } catch (error) {
          expect(error).toBeInstanceOf(UnusableCredential);
          return;
        }
        expect(path.split('/')).toHaveLength(4);
        expect(decodeURIComponent(path.split('/')[2] ?? '')).toBe(v);
      }),
    );
  });
});

describe('a part in a form', () => {
  const rule = { in: 'body', name: 'token', value: '{{v}}' };
  const put = (sent: Sent) => placed([rule], { v: 'a b&c' }, { method: 'POST', ...sent });

  it('replaces the parameter of its name and leaves all other bytes', () => {
    expect(put({ headers: form, body: 'a=%20+&token=theirs&&to%6ben=2&b=é%zz&tokens=3' })).toMatchObject({
      body: 'a=%20+&&b=é%zz&tokens=3&token=a+b%26c',
      headers: form,
    });
  });

  it('leaves bytes that are no UTF-8', () => {
    const body = Buffer.from([0x61, 0x3d, 0xff, 0xc3]);
    const { body: out } = applyCredential(
      rules(rule),
      { v: '1' },
      request({ method: 'PUT', headers: form, body }),
    );
    expect(Buffer.from(out ?? '').toString('hex')).toBe(`613dffc3${Buffer.from('&token=1').toString('hex')}`);
  });

  it.each(['POST', 'PUT', 'PATCH', 'post'])('is made where %s has no body', (method) => {
    const headers = [
      ['Content-Length', '0'],
      ['X-A', '1'],
    ] as const;
    expect(put({ method, headers })).toMatchObject({
      method,
      body: 'token=a+b%26c',
      headers: [['X-A', '1'], ...form],
    });
    expect(put({ method, headers: form, body: '' })).toMatchObject({ body: 'token=a+b%26c', headers: form });
  });

  it('knows its type in any spelling', () => {
    const headers = [['Content-Type', ' Application/X-WWW-Form-Urlencoded ; charset=UTF-8']] as const;
    expect(put({ headers, body: 'a=1' })).toMatchObject({ body: 'a=1&token=a+b%26c', headers });
  });
});

describe('a part in a JSON body', () => {
  const rule = { in: 'body', name: 'token', value: '{{v}}' };
  const put = (body: string, v = 't', headers: PlacedRequest['headers'] = json) =>
    placed([rule], { v }, { method: 'POST', headers, body });

  it.each([
    [
      '{"n":12345678901234567890.10,  "a":[1e400]}',
      '{"token":"t","n":12345678901234567890.10,  "a":[1e400]}',
    ],
    ['{}', '{"token":"t"}'],
    [' \n{ \t}\n', ' \n{"token":"t" \t}\n'],
    ['{"a":{"token":1}}', '{"token":"t","a":{"token":1}}'],
    ['{"a":"\\u00e9 é {","a":2}', '{"token":"t","a":"\\u00e9 é {","a":2}'],
    ['{"__proto__":1}', '{"token":"t","__proto__":1}'],
  ])('is put behind the opening brace of %s, and every other byte stays', (body, expected) => {
    expect(put(body).body).toBe(expected);
  });

  it.each(['"', '\\', '\n', '","admin":true,"x":"', '\u2028', '</script>', '日'])(
    'is one string, whatever it holds: %j',
    (v) => {
      expect(JSON.parse(put('{"a":1}', v).body ?? '')).toEqual({ token: v, a: 1 });
    },
  );

  it.each([
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/vnd.api+json',
    'application/json;charset="UTF-8"',
  ])('knows its type: %s', (type) => {
    expect(put('{}', 't', [['Content-Type', type]]).body).toBe('{"token":"t"}');
  });

  it('is made an object where a body of JSON is announced and there is none', () => {
    expect(placed([rule], { v: 't' }, { method: 'POST', headers: json })).toMatchObject({
      body: '{"token":"t"}',
      headers: json,
    });
  });

  it('goes with others, and the sender writes the length', () => {
    const list = [rule, { in: 'body', name: 'k"', value: '2' }];
    const headers = [...json, ['content-length', '7']] as const;
    expect(placed(list, { v: 't' }, { method: 'POST', headers, body: '{"a":1}' })).toMatchObject({
      body: '{"token":"t","k\\"":"2","a":1}',
      headers: json,
    });
  });

  it.each(['[]', '[{}]', '"{}"', '1', 'null', '{', '{}{}', '{"a":}', "{'a':1}", '\ufeff[]', '/**/{}'])(
    'is refused with what to send when the body is no object: %s',
    (body) => {
      expect(() => put(body)).toThrow(UnusableBody);
      expect(() => put(body)).toThrow(/send a JSON object/);
    },
  );

  it.each(['{"token":1}', '{"a":1,"tok\\u0065n":null}'])(
    'is refused when the member is there already: %s',
    (body) => {
      expect(() => put(body)).toThrow(/Leave the member token out/);
    },
  );

  it('is refused when the body is no UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(() => placed([rule], { v: 't' }, { method: 'POST', headers: json, body })).toThrow(UnusableBody);
  });

  it('survives nesting without end', () => {
    const body = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    let out: unknown;
    try {
      out = put(body).body;
    } catch (error) {
      out = error;
    }
    expect(out instanceof UnusableBody || out === `{"token":"t",${body.slice(1)}`).toBe(true);
  });
});

describe('a part in the body', () => {
  const rule = { in: 'body', name: 'token', value: 't' };

  it.each<[string, Sent]>([
    ['of another kind', { method: 'POST', headers: [['content-type', 'text/plain']], body: 'x' }],
    [
      'of parts',
      { method: 'POST', headers: [['content-type', 'multipart/form-data; boundary=x']], body: 'x' },
    ],
    ['of no stated kind', { method: 'POST', body: '{}' }],
    ['of two kinds', { method: 'POST', headers: [...json, ...form], body: '{}' }],
    [
      'in UTF-16',
      { method: 'POST', headers: [['content-type', 'application/json; charset=utf-16']], body: '{}' },
    ],
    ['that is compressed', { method: 'POST', headers: [...json, ['Content-Encoding', 'gzip']], body: '{}' }],
    ['of a GET that has none', { method: 'GET' }],
    ['of a DELETE that has none', { method: 'DELETE', headers: json }],
    ['of a HEAD', { method: 'HEAD' }],
  ])('is refused in a body %s, with what to send', (_what, sent) => {
    expect(() => placed([rule], {}, sent)).toThrow(UnusableBody);
    expect(() => placed([rule], {}, sent)).toThrow(/send a JSON object .* or a form/);
  });

  it('is put where a body says that it is not compressed, and into that of any method', () => {
    const headers = [...json, ['content-encoding', 'identity']] as const;
    expect(placed([rule], {}, { method: 'DELETE', headers, body: '{}' }).body).toBe('{"token":"t"}');
  });
});

describe('a rule for a credential', () => {
  it.each([
    { value: 'x', name: 'a' },
    { in: 'basic', value: '{{user}}:{{password|}}' },
    { in: 'path', name: 'account-id', value: '{{a}}' },
    { in: 'body', name: 'a.b[c]', value: '{{base64(a)}}' },
    { in: 'cookie', name: 'a', value: 'x' },
  ])('may be %j', (rule) => {
    expect(Applied.safeParse(rule).success).toBe(true);
  });

  it.each<[unknown, string]>([
    [{ value: 'x' }, 'without a name'],
    [{ in: 'header', value: 'x' }, 'in a header without a name'],
    [{ in: 'header', name: 'a b', value: 'x' }, 'with a space in a header name'],
    [{ in: 'header', name: 'a:\r\nb', value: 'x' }, 'with a line break in a header name'],
    [{ in: 'header', name: 'Host', value: 'x' }, 'in the header that says which host is meant'],
    [{ in: 'header', name: 'Content-Length', value: 'x' }, 'in a header that frames the message'],
    [{ in: 'header', name: 'transfer-encoding', value: 'x' }, 'in a header that frames the message'],
    [{ in: 'header', name: 'Connection', value: 'x' }, 'in a header of the connection'],
    [{ in: 'cookie', name: 'a=b', value: 'x' }, 'with an equals sign in a cookie name'],
    [{ in: 'path', name: 'a/b', value: 'x' }, 'with a slash in the name of a segment'],
    [{ in: 'path', name: '{a}', value: 'x' }, 'with braces in the name of a segment'],
    [{ in: 'body', name: '__proto__', value: 'x' }, 'with a name that is no name'],
    [{ in: 'elsewhere', name: 'a', value: 'x' }, 'in an unknown place'],
    [{ name: 'a', value: '' }, 'without a value'],
    [{ name: 'a', value: '{{upper(k)}}' }, 'with an unknown function'],
    [{ in: 'header', name: 'a b', value: '{{k' }, 'with two things wrong'],
  ])('is refused: %j (%s)', (rule, _why) => {
    expect(Applied.safeParse(rule).success).toBe(false);
  });

  it('is refused by the path of what is wrong, with what would be right', () => {
    const issue = (rule: unknown) => Applied.safeParse(rule).error?.issues[0];
    expect(issue({ name: 'a', value: '{{upper(k)}}' })).toMatchObject({
      path: ['value'],
      message: 'At character 1: There is no function of this name. There are base64, urlencode, default.',
    });
    expect(issue({ in: 'header', value: 'x' })).toMatchObject({ path: ['name'] });
  });
});
