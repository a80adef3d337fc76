import { describe, expect, it } from '@jest/globals';
import { fill, placeholders, UnfilledPlaceholder } from '#shared/template.ts';

describe('a template', () => {
  it('is filled in one pass: what a value holds is never expanded', () => {
    expect(fill('{{a}}-{{ b }}', { a: '{{b}}', b: '$& $1 {{a}}' })).toBe('{{b}}-$& $1 {{a}}');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes nothing from the prototype of its values: {{%s}}',
    (name) => {
      expect(() => fill(`{{${name}}}`, {})).toThrow(UnfilledPlaceholder);
    },
  );

  it('takes an own value of such a name', () => {
    const values = JSON.parse('{"__proto__": "own"}') as Record<string, string>;
    expect(fill('{{__proto__}}', values)).toBe('own');
  });

  it('names the placeholder that nothing fills, never a value', () => {
    expect(() => fill('{{a}}{{missing}}', { a: 'secret' })).toThrow(
      /^Nothing fills the placeholder {{missing}}\.$/,
    );
  });

  it('takes an empty value for a value', () => {
    expect(fill('[{{a}}]', { a: '' })).toBe('[]');
  });

  it.each(['{{}}', '{{a b}}', '{a}', '{{a}', '{{ä}}'])('leaves %s alone, which is no placeholder', (text) => {
    expect(fill(text, {})).toBe(text);
    expect(placeholders(text)).toEqual([]);
  });

  it('tells each name that it asks for once, in order', () => {
    expect(placeholders('{{b}} {{ a.x }} {{b}} {{c-d_1}}')).toEqual(['b', 'a.x', 'c-d_1']);
  });

  it('encodes values where it is asked to, and nothing else', () => {
    expect(fill('a/{{x}}', { x: 'b/c' }, encodeURIComponent)).toBe('a/b%2Fc');
  });
});
