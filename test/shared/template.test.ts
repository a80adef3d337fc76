import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fill, placeholders, required, templateProblem, UnfilledPlaceholder } from '#shared/template.ts';

describe('a template', () => {
  it('is filled in one pass: what a value holds is never expanded', () => {
    expect(fill('{{a}}-{{ b }}', { a: '{{b}}', b: '$& $1 {{a}}' })).toBe('{{b}}-$& $1 {{a}}');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes nothing from the prototype of its values: {{%s}}',
    (name) => {
      expect(() => fill(`{{${name}}}`, {})).toThrow(UnfilledPlaceholder);
      expect(() => fill(`{{base64(${name})}}`, {})).toThrow(UnfilledPlaceholder);
      expect(fill(`{{${name}|x}}`, {})).toBe('x');
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
    expect(() => fill('{{base64(a, missing)}}', { a: 'secret' })).toThrow(
      /^Nothing fills the placeholder {{missing}}\.$/,
    );
  });

  it('takes an empty value for a value where there is no fallback', () => {
    expect(fill('[{{a}}]', { a: '' })).toBe('[]');
    expect(fill('[{{base64(a)}}{{urlencode(a)}}]', { a: '' })).toBe('[]');
  });

  it.each([
    ['{{region|eu}}', {}, 'eu'],
    ['{{region|eu}}', { region: '' }, 'eu'],
    ['{{region|eu}}', { region: 'us' }, 'us'],
    ['{{ region | eu west }}', {}, 'eu west'],
    ['{{region|}}', {}, ''],
    ['{{a|b|c}}', {}, 'b|c'],
    ['{{a|x(y, "z")}}', {}, 'x(y, "z")'],
    ['{{host|api.acme.com}}', {}, 'api.acme.com'],
    ['{{a|$& $1}}', {}, '$& $1'],
    ['{{default(region, "eu")}}', {}, 'eu'],
    ['{{default(region, "eu")}}', { region: '' }, 'eu'],
    ["{{ default ( region , ' } e\"u ' ) }}", {}, ' } e"u '],
    ['{{default(region, "eu")}}', { region: 'us' }, 'us'],
  ])('falls back: %s of %j is %j', (template, values, expected) => {
    expect(fill(template, values)).toBe(expected);
  });

  it.each([
    ['{{base64(user, ":", password)}}', 'dTpww7w='],
    ['{{base64(password)}}', 'cMO8'],
    ['{{base64("?>", bytes)}}', 'Pz4/Pz8/'],
    ['{{urlencode(password)}}', 'p%C3%BC'],
    ['{{urlencode("a b/", user, \'"\')}}', 'a%20b%2Fu%22'],
    ['{{urlencode(half)}}', '%EF%BF%BD'],
    ['{"a":{"b":"{{user}}"}}', '{"a":{"b":"u"}}'],
  ])('knows functions: %s is %s', (template, expected) => {
    expect(templateProblem(template)).toBeUndefined();
    expect(fill(template, { user: 'u', password: 'pü', bytes: '????', half: '\ud800' })).toBe(expected);
  });

  it('does not expand what the arguments of a function hold', () => {
    expect(fill('{{urlencode(a)}}', { a: '{{b}}', b: 'no' })).toBe('%7B%7Bb%7D%7D');
  });

  it('tells each name that it asks for once, in order', () => {
    expect(placeholders('{{b}} {{ a.x }} {{b}} {{c-d_1}} {{base64(b, ":", e)}} {{f|x}}')).toEqual([
      'b',
      'a.x',
      'c-d_1',
      'e',
      'f',
    ]);
  });

  it('tells the names that must have a value', () => {
    expect(required('{{a|x}} {{default(b, "x")}} {{c}} {{base64(d, "x")}} {{e|x}} {{e}}')).toEqual([
      'c',
      'd',
      'e',
    ]);
  });

  it('encodes values, fallbacks and what functions give, where it is asked to, and nothing else', () => {
    expect(fill('a/{{x}}', { x: 'b/c' }, encodeURIComponent)).toBe('a/b%2Fc');
    expect(fill('a/{{x|b/c}}', {}, encodeURIComponent)).toBe('a/b%2Fc');
    expect(fill('{{base64("?>", x)}}', { x: '????' }, encodeURIComponent)).toBe('Pz4%2FPz8%2F');
  });

  it('does not encode twice what urlencode gives', () => {
    expect(fill('{{urlencode(x)}}', { x: 'b/c' }, encodeURIComponent)).toBe('b%2Fc');
  });
});

describe('a malformed template', () => {
  const malformed = [
    '{{}}',
    '{{a b}}',
    '{{a}',
    '{{ä}}',
    '{{',
    '{{a',
    '{{|x}}',
    '{{a|{x}}',
    '{{a|x}y}}',
    '{{base64()}}',
    '{{base64(a}}',
    '{{base64(a,)}}',
    '{{base64(a b)}}',
    '{{base64("a)}}',
    '{{base64(a)|x}}',
    '{{default(a)}}',
    '{{default("x", a)}}',
    '{{default(a, b)}}',
    '{{default(a, "x", "y")}}',
    '{{upper(a)}}',
    '{{constructor(a)}}',
    '{{base64(urlencode(a))}}',
  ];

  it.each(malformed)('is told of, and left as it is where it was stored: %s', (text) => {
    expect(templateProblem(text)).toMatch(/^At character 1: /);
    expect(fill(text, { a: 'A', b: 'B' })).toBe(text);
    expect(placeholders(text)).toEqual([]);
  });

  it.each([
    [
      'ab {{upper(a)}}',
      'At character 4: There is no function of this name. There are base64, urlencode, default.',
    ],
    ['{{a|{{b}}}}', 'At character 1: Placeholders do not nest.'],
    ['{{base64({{b}})}}', 'At character 1: Placeholders do not nest.'],
    ['{{default(a, "{{b}}")}}', 'At character 1: Expected {{name}}, '],
    ['{{a}} {{b', 'At character 7: A {{ is never closed'],
    ['{{a b}}', '{{default(name, "text")}}'],
    ['{{{a}}', 'At character 1: Expected'],
  ])('is told with what would be right: %s', (text, expected) => {
    expect(templateProblem(text)).toContain(expected);
  });

  it.each(['', 'a', '{', '}', '}}', '{a}', '{ {a}}', '{"a":{"b":{}}}', '{{a}}}', '{{a}}{{b}}', 'a|b("c")'])(
    'is not %j',
    (text) => {
      expect(templateProblem(text)).toBeUndefined();
    },
  );

  const units = [
    '{{',
    '{{a',
    '{{a|',
    '{{base64(',
    '{{base64("',
    "{{f('",
    '{{base64(a,',
    '{{ ',
    '{',
    '{{default(a,"',
    '"{',
    'a',
    ' ',
  ];

  it.each(units)(
    'is judged in less than 5 ms, whatever its 2,000 characters are: %j again and again',
    (unit) => {
      for (const [head, tail] of [
        ['', ''],
        ['{{base64("', ''],
        ['{{a', '}'],
        ['{{', ' !'],
        ['', '"'],
      ] as const) {
        const text =
          `${head}${unit.repeat(Math.ceil(2000 / unit.length))}`.slice(0, 2000 - tail.length) + tail;
        const run = () => {
          const start = performance.now();
          templateProblem(text);
          placeholders(text);
          return performance.now() - start;
        };
        // The best of several, so that another process on the machine does not fail it.
        expect(Math.min(...Array.from({ length: 20 }, run))).toBeLessThan(5);
      }
    },
  );

  it('never throws anything but the name of what is missing', () => {
    const unit = fc.constantFrom(
      '{',
      '}',
      '{{',
      '}}',
      'a',
      '|',
      '(',
      ')',
      '"',
      "'",
      ',',
      ' ',
      'base64',
      'default',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (list) => {
        const text = list.join('');
        const values = Object.fromEntries(placeholders(text).map((name) => [name, '']));
        expect(typeof fill(text, values)).toBe('string');
        if (templateProblem(text) === undefined)
          expect(text.replaceAll(/\{\{[^}]*/g, '')).not.toContain('{{');
        else expect(text).toContain('{{');
      }),
      { numRuns: 3000 },
    );
  });
});
