import { describe, expect, it } from '@jest/globals';
import { headersOf, located, locatedText } from '#shared/protocols/login/locate.ts';

const json = (body: string, headers: [string, string][] = []) => ({
  status: 200,
  contentType: 'application/json',
  headers,
  body,
});
const cookies = (...lines: string[]) =>
  json(
    '',
    lines.map((line) => ['set-cookie', line] as [string, string]),
  );

describe('what stands in the body of an answer', () => {
  it.each([
    ['{"data":{"token":"t"}}', 'data.token', 't'],
    ['{"list":[{"token":"t"}]}', 'list.0.token', 't'],
    ['{"id":17}', 'id', '17'],
    ['{"admin":false}', 'admin', 'false'],
  ])('of %s at %s is %j', (body, path, value) => {
    expect(locatedText(json(body), path)).toBe(value);
  });

  it.each([
    ['{"a":""}', 'a'],
    ['{"a":null}', 'a'],
    ['{"a":{}}', 'a'],
    ['{"a":["t"]}', 'a'],
    ['{}', 'constructor.name'],
    ['{"a":"t"', 'a'],
    ['<html>', 'a'],
    ['', 'a'],
    ['null', 'a'],
    ['"t"', '0'],
  ])('of %s at %s is nothing', (body, path) => {
    expect(locatedText(json(body), path)).toBeUndefined();
  });

  it('may be a form', () => {
    const answer = {
      ...json('token=a%2Bb&x=1'),
      contentType: 'application/x-www-form-urlencoded; charset=utf-8',
    };
    expect(locatedText(answer, 'token')).toBe('a+b');
  });

  it.each([
    [' plain \r\n', 'plain'],
    ['"a JSON \\"string\\""', 'a JSON "string"'],
    ['"unclosed', '"unclosed'],
    ['{"a":1}', '{"a":1}'],
  ])('%j as a whole is %j', (body, value) => {
    expect(locatedText(json(body), { body: 'text' })).toBe(value);
  });

  it('that is blank is nothing', () => {
    expect([' \n', '""', ''].map((body) => locatedText(json(body), { body: 'text' }))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps its kind where that matters', () => {
    expect(located(json('{"expires_in":3600}'), 'expires_in')).toBe(3600);
  });
});

describe('what stands in the headers of an answer', () => {
  it('is found whatever the case of the name in the definition', () => {
    expect(locatedText(json('', [['x-auth-token', ' t ']]), { header: 'X-Auth-Token' })).toBe('t');
  });

  it('is nothing when there is no such header', () => {
    expect(locatedText({ ...json(''), headers: undefined }, { header: 'x' })).toBeUndefined();
  });

  it.each([
    ['sid=abc', 'abc'],
    ['sid=abc; Path=/; HttpOnly', 'abc'],
    ['sid = abc ;Secure', 'abc'],
    ['sid=a=b==; Path=/', 'a=b=='],
    ['sid="q"', '"q"'],
    ['sid=; Max-Age=0', undefined],
    ['sid', undefined],
    ['other=sid=x', undefined],
    ['SID=abc', undefined],
    ['', undefined],
  ])('as the cookie %j is %j', (line, value) => {
    expect(locatedText(cookies(line), { cookie: 'sid' })).toBe(value);
  });

  it('is the last value of a cookie that is set again, not the one that takes another back', () => {
    expect(locatedText(cookies('sid=one', 'b=2', 'sid=two'), { cookie: 'sid' })).toBe('two');
    expect(locatedText(cookies('sid=one', 'sid=; Max-Age=0'), { cookie: 'sid' })).toBe('one');
  });
});

describe('the headers that are needed', () => {
  it('are named once, in lower case, cookies as set-cookie', () => {
    expect(
      headersOf([
        'a.b',
        { body: 'text' },
        { header: 'X-Token' },
        { header: 'x-token' },
        { cookie: 'a' },
        { cookie: 'b' },
      ]),
    ).toEqual(['x-token', 'set-cookie']);
  });
});
