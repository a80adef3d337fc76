import { describe, expect, it } from '@jest/globals';
import { AnswerPath, valueAt } from '#shared/protocols/answer-path.ts';

describe('a value of an answer by its path', () => {
  const answer: unknown = JSON.parse(
    '{"a":{"b":{"c-d":1}},"list":[{"t":"x"},[2]],"none":null,"text":"abc","__proto__":{"own":3}}',
  );

  it.each([
    ['a.b.c-d', 1],
    ['a.b', { 'c-d': 1 }],
    ['list.0.t', 'x'],
    ['list.1.0', 2],
    ['none', null],
    ['__proto__.own', 3],
  ])('is found at %s', (path, value) => {
    expect(valueAt(answer, path)).toEqual(value);
  });

  it.each([
    'x',
    'a.x.y',
    'list.2',
    'list.length',
    'list.-1',
    'none.a',
    'text.0',
    'text.length',
    'constructor',
    'a.constructor.name',
    'a.__proto__',
    'list.map',
    'a.toString',
  ])('is none at %s', (path) => {
    expect(valueAt(answer, path)).toBeUndefined();
  });

  it.each([undefined, null, 'text', 7, true])('is none in %j', (whole) => {
    expect(valueAt(whole, 'a')).toBeUndefined();
  });
});

describe('the path of a value', () => {
  it.each(['access_token', 'data.0.token', 'a-b.c_d'])('may be %s', (path) => {
    expect(AnswerPath.safeParse(path).success).toBe(true);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a[0]', '$.a', 'a b', 'a.'.repeat(100) + 'aa'])(
    'is never %j',
    (path) => {
      expect(AnswerPath.safeParse(path).success).toBe(false);
    },
  );
});
