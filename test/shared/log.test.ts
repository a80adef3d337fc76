import { expect, it } from '@jest/globals';
import { trace } from '#shared/log.ts';

it('traces an error by its name and frames, without a word of its message', () => {
  const error = new TypeError('planted-token\n    at planted-frame (planted.ts:1:1)', {
    cause: new Error('planted-cause'),
  });
  const text = JSON.stringify(trace(error));
  expect(text).toContain('TypeError');
  expect(text).toContain('log.test.ts');
  expect(text).not.toContain('planted');
});

it('traces what is thrown and is no error by its type alone', () => {
  expect(trace('planted-token')).toEqual({ name: 'string', frames: [] });
});
