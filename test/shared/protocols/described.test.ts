import { describe, expect, it } from '@jest/globals';
import { describedIn } from '#shared/protocols/described.ts';

describe('the words of a refusal', () => {
  it.each<[string, unknown, string | undefined]>([
    ['error_description', { error: 'x', error_description: 'It is over.' }, 'It is over.'],
    ['error.message', { error: { code: 401, message: 'Not you.' } }, 'Not you.'],
    ['message', { message: 'Come later.' }, 'Come later.'],
    ['errors.0.message', { errors: [{ message: 'Bad login.' }] }, 'Bad login.'],
    ['error, where it is a sentence', { error: 'The token is over.' }, 'The token is over.'],
    ['nowhere when there is a code alone', { error: 'invalid_grant' }, undefined],
    ['nowhere when they are no text', { error_description: 5, message: ['a'] }, undefined],
    ['nowhere when they are blank', { error_description: ' \n' }, undefined],
    ['nowhere when they are longer than 4,000 characters', { message: 'x '.repeat(2001) }, undefined],
    ['nowhere of an answer that is no object', undefined, undefined],
  ])('stand at %s', (_where, content, words) => {
    expect(describedIn(content)?.reveal()).toBe(words);
  });

  it('are looked for first where the definition says', () => {
    const content = { fault: { text: 'Own words.' }, error_description: 'Others.' };
    expect(describedIn(content, 'fault.text')?.reveal()).toBe('Own words.');
    expect(describedIn(content, 'fault.nothing')?.reveal()).toBe('Others.');
  });

  it('are a secret until they are scrubbed', () => {
    expect(JSON.stringify(describedIn({ message: 'planted' }))).not.toContain('planted');
  });
});
