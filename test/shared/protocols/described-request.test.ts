import { describe, expect, it } from '@jest/globals';
import { buildDescribed } from '#shared/protocols/build-described.ts';
import { DescribedRequest, settingsOf } from '#shared/protocols/described-request.ts';
import { UnusableHeader } from '#shared/protocols/header-value.ts';
import { UnusableUrl } from '#shared/protocols/url-template.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';

const request = (parts: Record<string, unknown>) =>
  DescribedRequest.parse({ url: 'https://api.acme.example/login', ...parts });
const build = (parts: Record<string, unknown>, values: Record<string, string> = {}) =>
  buildDescribed(request(parts), { values });

describe('a described request', () => {
  it('without a body is sent by POST, asks for JSON and has no content type', () => {
    expect(build({})).toEqual({
      method: 'POST',
      url: 'https://api.acme.example/login',
      headers: [['accept', 'application/json']],
      body: undefined,
    });
  });

  it('keeps the query of its URL as it is written and adds its own behind', () => {
    const { url } = build(
      { url: 'https://api.acme.example/login?v=%7E2&a=b+c', query: { site: '{{site}}', empty: '' } },
      { site: 'a&b=c d' },
    );
    expect(url).toBe('https://api.acme.example/login?v=%7E2&a=b+c&site=a%26b%3Dc+d&empty=');
  });

  it('with a form encodes what fills it, so that a value adds no parameter', () => {
    const { body, headers } = build(
      { form: { user: '{{user}}', password: '{{password}}', fixed: 'ä' } },
      { user: 'me&admin=1', password: '=%+ ' },
    );
    expect(body).toBe('user=me%26admin%3D1&password=%3D%25%2B+&fixed=%C3%A4');
    expect(headers).toContainEqual(['content-type', 'application/x-www-form-urlencoded']);
  });

  it('with JSON fills the strings inside and nothing else, so that a value adds no member', () => {
    const { body, headers } = build(
      {
        json: {
          '{{user}}': ['{{user}}', 1, true, null, { deep: 'x {{user}} y' }],
          list: [],
        },
      },
      { user: '","admin":true,"x":"' },
    );
    expect(JSON.parse(body ?? '')).toEqual({
      '{{user}}': ['","admin":true,"x":"', 1, true, null, { deep: 'x ","admin":true,"x":" y' }],
      list: [],
    });
    expect(headers).toContainEqual(['content-type', 'application/json']);
  });

  it('may have a body that is one JSON string, or null', () => {
    expect([build({ json: '{{a}}' }, { a: '"' }).body, build({ json: null }).body]).toEqual([
      '"\\""',
      'null',
    ]);
  });

  it('lets its own headers say otherwise, whatever their case', () => {
    const { headers } = build(
      {
        json: {},
        headers: { Accept: 'text/plain', 'Content-Type': 'application/vnd.api+json', 'X-K': '{{k}}' },
      },
      { k: 'v' },
    );
    expect(headers).toEqual([
      ['accept', 'text/plain'],
      ['content-type', 'application/vnd.api+json'],
      ['x-k', 'v'],
    ]);
  });

  it.each(['a\r\nX-Evil: 1', 'a\nb', 'a\rb', '\0', '\u007f', '\u2028', 'ключ'])(
    'refuses a header filled with %j, by the name of the header alone',
    (k) => {
      const act = () => build({ headers: { 'X-Key': 'Bearer {{k}}' } }, { k });
      expect(act).toThrow(UnusableHeader);
      expect(act).toThrow('The header X-Key holds what a header cannot carry.');
    },
  );

  it.each([
    { url: 'https://api.acme.example/{{missing}}' },
    { query: { a: '{{missing}}' } },
    { headers: { a: '{{missing}}' } },
    { form: { a: '{{missing}}' } },
    { json: [{ a: '{{missing}}' }] },
  ])('names a placeholder that nothing fills: %j', (parts) => {
    expect(() => build(parts, { other: 'x' })).toThrow(new UnfilledPlaceholder('missing'));
  });

  it('cannot be led to another host by a value', () => {
    const act = () => build({ url: 'https://{{sub}}.acme.example/login' }, { sub: 'evil.example/#' });
    expect(act).toThrow(UnusableUrl);
    expect(act).not.toThrow(/evil/);
  });

  it('never expands what a value holds', () => {
    expect(build({ json: '{{a}}' }, { a: '{{b}}', b: 'secret' }).body).toBe('"{{b}}"');
  });

  it('has one body', () => {
    const { error } = DescribedRequest.safeParse({ url: 'https://a.example', form: {}, json: {} });
    expect(error?.issues.map(({ path }) => path)).toEqual([['json']]);
  });

  it('is refused, and never exhausts the stack, when its JSON nests without end', () => {
    let json: unknown = 'x';
    for (let depth = 0; depth < 100_000; depth += 1) json = [json];
    const { error } = DescribedRequest.safeParse({ url: 'https://a.example', json });
    expect(error?.issues[0]?.message).toBe('Expected at most 20 levels.');
  });
});

describe('the settings of a described request', () => {
  const described = request({
    url: 'https://{{sub}}.acme.example',
    headers: { 'X-Key': '{{key}}' },
    query: { site: '{{site}}' },
    json: { a: [1, { b: '{{deep}}' }], c: null },
  });

  it('are all its templates, each by its path', () => {
    expect(settingsOf(described, 'revocation', 'answers')).toEqual([
      { path: 'revocation.url', text: 'https://{{sub}}.acme.example', is: 'url', filledFrom: 'answers' },
      { path: 'revocation.headers.X-Key', text: '{{key}}', is: 'text', filledFrom: 'answers' },
      { path: 'revocation.query.site', text: '{{site}}', is: 'text', filledFrom: 'answers' },
      { path: 'revocation.json.a.1.b', text: '{{deep}}', is: 'text', filledFrom: 'answers' },
    ]);
  });

  it('stand at the root when the path is empty, and the form is among them', () => {
    const paths = settingsOf(request({ form: { x: 'y' } }), '', 'fields').map(({ path }) => path);
    expect(paths).toEqual(['url', 'form.x']);
  });

  it('of a body that is one string are the body', () => {
    expect(settingsOf(request({ json: '{{a}}' }), 'r', 'fields').at(-1)?.path).toBe('r.json');
  });
});
