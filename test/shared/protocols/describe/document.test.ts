import { describe, expect, it } from '@jest/globals';
import { draftFromDocument } from '#shared/protocols/describe/describe.ts';
import { readDocument } from '#shared/protocols/describe/document.ts';
import { checkLimits, UnreadableDocument } from '#shared/protocols/describe/limits.ts';

const lines = (count: number, line: (place: number) => string) =>
  Array.from({ length: count }, (_, place) => line(place)).join('\n');

const laughs = [
  'a0: &a0 [lol, lol]',
  ...Array.from({ length: 9 }, (_, place) => {
    const of = Array.from({ length: 9 }, () => `*a${place}`).join(', ');
    return `a${place + 1}: &a${place + 1} [${of}]`;
  }),
].join('\n');

/** Five levels of three: within the count of aliases that are written, not of those that are followed. */
const smiles = [
  'a0: &a0 [x]',
  ...[0, 1, 2, 3, 4].map((n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`),
].join('\n');

const hostile: readonly (readonly [string, string, RegExp])[] = [
  ['an alias that contains itself', 'a: &a [*a]', /contains itself/],
  ['an alias that contains itself by a detour', 'a: &a {b: {c: [1, *a]}}', /contains itself/],
  ['a billion laughs', laughs, /more than 20 aliases/],
  ['a few aliases that multiply', smiles, /more than 20 aliases/],
  ['many aliases of one word', `a: &a x\nb: [${'*a, '.repeat(10_000)}]`, /more than 20 aliases/],
  [
    'merge keys that multiply',
    `a: &a {x: 1}\n${lines(30, (n) => `b${n}: {<<: *a}`)}`,
    /more than 20 aliases/,
  ],
  ['an alias that nothing defines', 'a: *nobody', /cannot be read|does not define/],
  ['10,000 lists in one another', '['.repeat(10_000), /deeper than 64/],
  ['10,000 closed lists in one another', '['.repeat(10_000) + ']'.repeat(10_000), /deeper than 64/],
  ['10,000 objects in one another', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), /deeper than 64/],
  ['10,000 flow maps in one another', '{a: '.repeat(10_000), /deeper than 64/],
  ['10,000 block lists on a line', '- '.repeat(10_000), /deeper than 64/],
  ['10,000 explicit keys on a line', '? '.repeat(10_000), /deeper than 64/],
  ['200 levels of indentation', lines(200, (n) => `${' '.repeat(n)}a:`), /deeper than 64/],
  ['more than 1 MB', `a: ${'x'.repeat(1_100_000)}`, /larger than 1 MB/],
  ['more than 1 MB of characters that take three bytes', `a: ${'日'.repeat(400_000)}`, /larger than 1 MB/],
  ['150,000 numbers', `[${'1,'.repeat(150_000)}1]`, /more than 100,000/],
  ['900,000 empty lines', `a: 1${'\n'.repeat(900_000)}`, /more than 100,000/],
  ['a tag of JavaScript', 'a: !!js/function "function () { return 1 }"', /uses a tag/],
  ['a tag of Python', '!!python/object/apply:os.system ["id"]', /uses a tag/],
  ['a tag of its own', 'a: !include /etc/passwd', /uses a tag/],
  ['a tag as URI', 'a: !<tag:example.com,2000:x> 1', /uses a tag/],
  ['a tag that YAML 1.2 does not have', 'a: !!binary aGVsbG8=', /uses a tag/],
  ['a tag that a directive hides', '%TAG ! tag:evil.example,2000:\n---\na: !x 1', /uses a tag/],
  ['a key of YAML twice', 'a: 1\nb: 2\na: 3', /stands twice/],
  ['a key of YAML twice, once quoted', 'a: 1\n"a": 3', /stands twice/],
  ['a key of JSON twice', '{"a": 1, "b": {"a": 2}, "a": 3}', /stands twice/],
  ['a key of JSON twice, once escaped', '{"a": 1, "\\u0061": 3}', /stands twice/],
  ['__proto__ in JSON', '{"a": {"__proto__": {"admin": true}}}', /__proto__/],
  ['__proto__ in YAML', '__proto__: {admin: true}', /__proto__/],
  ['__proto__ in JSON, escaped', '{"\\u005f_proto__": {"admin": true}}', /__proto__/],
  ['a key that is a list', '? [a, b]\n: 1', /no plain text/],
  ['two documents', 'a: 1\n---\nb: 2', /more than one/],
  ['two documents, the first ended', 'a: 1\n...\nb: 2', /more than one/],
  ['10,000 documents', '---\n'.repeat(10_000), /more than one/],
  ['nonsense', '{"a": ', /neither JSON nor YAML: line 1/],
  ['3,000 brackets that close nothing', ']'.repeat(3000), /neither JSON nor YAML/],
  ['3,000 commas', `[${','.repeat(3000)}]`, /neither JSON nor YAML/],
  ['3,000 anchors of nothing', '&a '.repeat(3000), /neither JSON nor YAML/],
  ['3,000 quotes', '"'.repeat(3000), /neither JSON nor YAML/],
  ['a tab where YAML wants spaces', 'a:\n\t- b', /neither JSON nor YAML: line 2/],
];

describe('a hostile document', () => {
  // What the engine compiles at first use is no time of a document's own.
  for (let round = 0; round < 20; round += 1) readDocument('a: &a [1, {b: "c"}]\nd: *a');

  it.each(hostile)('is refused with a sentence, in under 50 ms: %s', (_, text, message) => {
    let error: unknown;
    const times = [0, 1, 2, 3, 4].map(() => {
      const began = performance.now();
      try {
        readDocument(text);
      } catch (thrown) {
        error = thrown;
      }
      return performance.now() - began;
    });
    expect(error).toBeInstanceOf(UnreadableDocument);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/^[A-Z].{10,120}\.$/);
    expect(Math.min(...times)).toBeLessThan(50);
  });

  it('does not take the stack down where block levels are nested a thousandfold', () => {
    const text = lines(100, (n) => ' '.repeat(n * 120) + '- '.repeat(60)) + 'x';
    expect(() => readDocument(text)).toThrow(UnreadableDocument);
  });

  it('is refused in the same way when it was parsed before', () => {
    let nested: unknown = 1;
    for (let level = 0; level < 10_000; level += 1) nested = [nested];
    expect(() => checkLimits(nested)).toThrow(/deeper than 64/);
    expect(() => checkLimits(JSON.parse('{"a": {"__proto__": {}}}'))).toThrow(/__proto__/);
    expect(() => checkLimits(Array.from({ length: 100_001 }, () => 1))).toThrow(/more than 100,000/);
    expect(() => checkLimits(Array.from({ length: 11 }, () => 'x'.repeat(100_000)))).toThrow(
      /larger than 1 MB/,
    );
  });

  it('leaves the prototype of objects alone', () => {
    expect(readDocument('constructor: {prototype: {admin: true}}')).toEqual({
      constructor: { prototype: { admin: true } },
    });
    expect(() => draftFromDocument(readDocument('constructor: {prototype: {admin: true}}'))).toThrow(
      UnreadableDocument,
    );
    expect('admin' in {}).toBe(false);
  });
});

describe('a document', () => {
  it('is read as YAML 1.2, where no is a word', () => {
    expect(readDocument('a: no\nb: 0o10\nc: ~\nd: 1.5\ne: true\n200: ok\nf: 2020-01-01\n<<: x')).toEqual({
      a: 'no',
      b: 8,
      c: null,
      d: 1.5,
      e: true,
      '200': 'ok',
      f: '2020-01-01',
      '<<': 'x',
    });
  });

  it('may use the tags of the core schema and up to 20 aliases', () => {
    const twenty = Array.from({ length: 20 }, () => '*a').join(', ');
    expect(readDocument(`a: &a !!str 1\nb: [${twenty}]`)).toEqual({
      a: '1',
      b: Array.from({ length: 20 }, () => '1'),
    });
  });

  it('means the anchor that stands last before the alias', () => {
    expect(readDocument('a: &x 1\nb: *x\nc: &x 2\nd: *x')).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it('may be 64 levels deep', () => {
    const text = '['.repeat(64) + ']'.repeat(64);
    expect(JSON.stringify(readDocument(text))).toBe(text);
  });

  it('may hold any text in its scalars', () => {
    const text = 'a: "[[[[ !!js *x &y - - -"\nb: >\n  !tag *alias\n  - - -\nc: plain [text] *here !there';
    expect(readDocument(text)).toEqual({
      a: '[[[[ !!js *x &y - - -',
      b: '!tag *alias - - -\n',
      c: 'plain [text] *here !there',
    });
  });

  it('may be empty, which is no description', () => {
    expect(readDocument('')).toBeNull();
  });
});
