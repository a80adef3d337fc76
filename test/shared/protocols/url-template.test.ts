import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fillUrl, UnusableUrl, UrlTemplate } from '#shared/protocols/url-template.ts';

const template = 'https://{{sub}}.acme.example/x/{{id}}';

const nasty = [
  'evil.com/#',
  'evil.com?',
  'evil.com\\',
  'a@b',
  'a:b@c',
  'x/../y',
  '..',
  '.',
  '%2e',
  '%2e%2e',
  '%2E.',
  'a?b',
  'a#b',
  '//evil.com',
  ':8443',
  '[::1]',
  '127.0.0.1',
  '\t.\n.',
  'a\r\nb',
  '。。',
  'ａ．ｂ',
  'ünï',
  '\u00ad',
  '\u200d',
  '\ud800',
  '\0',
  ' ',
  '',
  'x'.repeat(300),
];

const value = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('.', '/', '\\', '%2e', '%', '@', '#', '?', ':', 'a', '\t'),
    maxLength: 8,
  }),
);

const filled = (text: string, values: Record<string, string>): URL | undefined => {
  try {
    return fillUrl(text, values);
  } catch (error) {
    if (error instanceof UnusableUrl) return undefined;
    throw error;
  }
};

describe('filling a URL', () => {
  it('never moves scheme, host suffix or path, whatever the values of the fields are', () => {
    fc.assert(
      fc.property(value, value, (sub, id) => {
        const url = filled(template, { sub, id });
        if (!url) return;
        expect(url.protocol).toBe('https:');
        expect(url.hostname.endsWith('.acme.example')).toBe(true);
        expect([url.port, url.username, url.password, url.search, url.hash]).toEqual(['', '', '', '', '']);
        expect(url.pathname).toMatch(/^\/x\/[^/\\]*$/);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['..', '.'])('refuses %j as a whole segment of the path, for it would climb', (id) => {
    expect(() => fillUrl('https://acme.example/api/{{id}}/items', { id })).toThrow(UnusableUrl);
  });

  it('refuses two dots at the end of the path, and takes one for nothing', () => {
    expect(() => fillUrl('https://acme.example/api/{{id}}', { id: '..' })).toThrow(UnusableUrl);
    expect(fillUrl('https://acme.example/api/{{id}}', { id: '.' }).pathname).toBe('/api/');
  });

  it('refuses dots that two fields make together', () => {
    expect(() => fillUrl('https://acme.example/api/{{a}}{{b}}', { a: '.', b: '.' })).toThrow(UnusableUrl);
    expect(() => fillUrl('https://acme.example/api/.{{a}}/x', { a: '.' })).toThrow(UnusableUrl);
  });

  it('takes dots inside a segment', () => {
    expect(fillUrl('https://acme.example/api/v{{v}}/x', { v: '1.2..3' }).href).toBe(
      'https://acme.example/api/v1.2..3/x',
    );
  });

  it('keeps a value inside one parameter of the query', () => {
    const url = fillUrl('https://acme.example/?tenant={{t}}&b=1', { t: 'x&b=2#y' });
    expect([...url.searchParams]).toEqual([
      ['tenant', 'x&b=2#y'],
      ['b', '1'],
    ]);
    expect(url.hash).toBe('');
  });

  it('names the placeholder that nothing fills, and no value', () => {
    expect(() => fillUrl(template, { sub: 'private-value' })).toThrow(
      'Nothing fills the placeholder {{id}}.',
    );
    const run = () => fillUrl(template, { sub: 'private value/', id: '1' });
    expect(run).toThrow(UnusableUrl);
    expect(run).not.toThrow(/private/);
  });

  it('does not expand what a value holds', () => {
    expect(fillUrl('https://acme.example/{{a}}', { a: '{{b}}', b: 'no' }).pathname).toBe('/%7B%7Bb%7D%7D');
  });
});

describe('the template of a URL', () => {
  it.each(['https://acme.example', 'http://acme.example/x', 'HTTPS://{{sub}}.acme.example/{{a}}?b={{c}}'])(
    'may be %s',
    (text) => {
      expect(UrlTemplate.parse(text)).toBe(text);
    },
  );

  it.each([
    '{{scheme}}://acme.example',
    'ftp://acme.example',
    'javascript:alert(1)',
    'https://',
    'https:///',
    'https://user@acme.example',
    'https://user:pass@acme.example',
    'https://{{user}}@acme.example',
    'https://acme.example/#part',
    'https://acme example',
    '/relative',
    `https://acme.example/${'x'.repeat(2048)}`,
  ])('is never %s', (text) => {
    expect(UrlTemplate.safeParse(text).success).toBe(false);
  });
});
