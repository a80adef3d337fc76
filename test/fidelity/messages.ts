import fc from 'fast-check';

/** A request as a caller writes it, but for the first line's path and the credential. */
export interface CaseRequest {
  readonly method: string;
  /** Below the base URL, with its leading slash. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | undefined;
  /** Sizes of chunks; undefined for a body with its length. */
  readonly chunks: readonly number[] | undefined;
}

/** An answer as a service writes it. */
export interface CaseAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly framing: 'length' | 'chunked' | 'close';
}

const letters = (alphabet: string, options: { minLength?: number; maxLength: number }) =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), ...options });

const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const percent = fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
const upper = percent.map((text) => text.toUpperCase());

/** All that RFC 3986 §3.3 and §3.4 let stand in a path and in a query. */
const pathUnit = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Array.from(alphanumeric + "-_~!$&'()*+,;=:@")) },
  { weight: 2, arbitrary: fc.oneof(percent, upper) },
);
const queryUnit = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Array.from(alphanumeric + "-._~!$'()*+,;:@/?")) },
  { weight: 2, arbitrary: fc.oneof(percent, upper) },
);
const climbs = /%(?:2e|2f|5c|3b)/i;
const segment = fc.string({ unit: pathUnit, maxLength: 12 }).filter((text) => !climbs.test(text));
const path = fc
  .array(segment, { maxLength: 4 })
  .map((segments) => segments.map((text) => `/${text}`).join(''));
const part = fc.string({ unit: queryUnit, maxLength: 8 });
const pair = fc.oneof(
  fc.tuple(part, part).map((both) => both.join('=')),
  part,
  fc.constantFrom('a=1', 'a=2', 'A=1', 'a', 'a='),
);
const query = fc.oneof(
  fc.constantFrom('', '?'),
  fc.array(pair, { minLength: 1, maxLength: 6 }).map((pairs) => `?${pairs.join('&')}`),
);

const visible = Array.from({ length: 0x7e - 0x21 + 1 }, (_, at) => String.fromCharCode(0x21 + at)).join('');
const value = fc
  .tuple(
    letters(visible, { minLength: 1, maxLength: 20 }),
    letters(`${visible} \t\u00e9\u00ff`, { maxLength: 20 }),
  )
  .map(([first, more]) => (first + more).trimEnd());
const custom = letters(alphanumeric, { minLength: 1, maxLength: 6 }).map((text) => `X-${text}`);
const token = custom.filter((name) => !/^x-host$/i.test(name));

const ends = [
  'Accept',
  'accept-language',
  'If-None-Match',
  'User-Agent',
  'Range',
  'PREFER',
  'Origin',
  'Referer',
];
const ways = [
  'X-Forwarded-For',
  'Forwarded',
  'Via',
  'X-Real-IP',
  'Keep-Alive',
  'Proxy-Authorization',
  'x-amzn-trace-id',
];
const header = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...ends, 'X-Same', 'x-same', 'Accept-Encoding'), value) },
  { weight: 3, arbitrary: fc.tuple(token, value) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...ways), value) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ['Cookie', 'a=1; b=2'],
      ['cookie', 'c=3'],
      ['X-Empty', ''],
      ['TE', 'trailers'],
    ),
  },
) as fc.Arbitrary<readonly [string, string]>;

const binary = fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes));
const boundary = '----fidelity';
const typed = fc.oneof(
  fc.json().map((text) => ['application/json', Buffer.from(text)] as const),
  fc
    .array(pair, { maxLength: 5 })
    .map((pairs) => ['application/x-www-form-urlencoded', Buffer.from(pairs.join('&'))] as const),
  binary.map((bytes) => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return [`multipart/form-data; boundary=${boundary}`, body] as const;
  }),
  binary.map((bytes) => ['application/octet-stream', bytes] as const),
  fc.constant(['text/plain', Buffer.alloc(0)] as const),
);

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND', 'REPORT'];
const sizes = fc.option(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }), {
  nil: undefined,
});

/** Any request that a caller may write. */
export const anyRequest: fc.Arbitrary<CaseRequest> = fc
  .record({
    method: fc.constantFrom(...methods),
    path,
    query,
    headers: fc.array(header, { maxLength: 8 }),
    content: fc.option(typed, { nil: undefined }),
    chunks: sizes,
  })
  .map(({ content, headers, method, ...rest }) => {
    const sent = method === 'HEAD' ? undefined : content;
    return {
      ...rest,
      method,
      headers: sent ? [...headers, ['Content-Type', sent[0]] as const] : headers,
      body: sent?.[1],
    };
  });

const said = fc.constantFrom<readonly [string, string]>(
  ['Link', '<https://api.example/items?page=2>; rel="next"'],
  ['Link', '<https://api.example/items?page=9>; rel="last"'],
  ['ETag', 'W/"abc"'],
  ['Location', 'https://api.example/items/1?a=%2F'],
  ['X-RateLimit-Limit', '60'],
  ['X-RateLimit-Remaining', '0'],
  ['RateLimit', '"default";r=50;t=30'],
  ['Retry-After', 'Fri, 31 Dec 1999 23:59:59 GMT'],
  ['WWW-Authenticate', 'Bearer realm="a"'],
  ['WWW-Authenticate', 'Basic realm="b"'],
  ['Content-Encoding', 'gzip'],
  ['Content-Type', 'application/problem+json; charset=utf-8'],
  ['Cache-Control', 'private, max-age=3'],
  ['Last-Modified', 'Fri, 31 Dec 1999 23:59:59 GMT'],
  ['Date', 'Fri, 31 Dec 1999 23:59:59 GMT'],
  ['Content-Disposition', 'attachment; filename="\u00e9.txt"'],
  ['Vary', 'Accept'],
  ['Server', 'acme/1'],
  ['Set-Cookie', 's=1; Path=/'],
  ['Strict-Transport-Security', 'max-age=1'],
  ['Access-Control-Allow-Origin', '*'],
  ['Latchkey-Error', 'needs_reconnect'],
);
const statuses = [
  200, 201, 202, 204, 206, 300, 301, 302, 304, 307, 400, 401, 403, 404, 409, 418, 422, 429, 451, 500, 503,
  599,
];

/** Any answer that a service may write. */
export const anyAnswer: fc.Arbitrary<CaseAnswer> = fc.record({
  status: fc.constantFrom(...statuses),
  headers: fc.array(fc.oneof({ weight: 4, arbitrary: said }, fc.tuple(token, value)), { maxLength: 8 }),
  body: binary,
  framing: fc.constantFrom('length', 'chunked', 'close'),
});
