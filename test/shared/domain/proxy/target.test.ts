import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import type { Reach } from '#shared/domain/proxy/reach.ts';
import { targetUrl, type Called } from '#shared/domain/proxy/target.ts';
import { AppError } from '#shared/errors.ts';

const corpus = z
  .object({ outside: z.array(z.string()), inside: z.array(z.string()) })
  .parse(JSON.parse(readFileSync(new URL('escapes.json', import.meta.url), 'utf8')));

const base = 'https://api.acme.example/v2/tenant';

const reach: Reach = { baseUrl: base, values: {}, hosts: [], plainHttp: false, closed: false };

const target = (path: string, { query = '', ...parts }: Partial<Reach & Called> = {}): URL | undefined => {
  try {
    return targetUrl({ ...reach, ...parts }, { path, query });
  } catch (error) {
    if (error instanceof AppError && error.code === 'path_outside_service') return undefined;
    throw error;
  }
};

/** Where a server ends up that decodes a path before it resolves it, as many do; a parameter behind a semicolon is no name. */
const resolved = (path: string): string => {
  const parts: string[] = [];
  let decoded = path
    .replace(/%u00/gi, '%')
    .replace(/%(?:c0%a|e0%80%a|f0%80%80%a)([ef])/gi, '%2$1')
    .replace(/%c1%9c/gi, '%5c');
  // As often as it takes: a front end and the server behind it may both decode.
  for (let before = ''; before !== decoded;) {
    before = decoded;
    decoded = decoded.replace(/%([\da-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(parseInt(code, 16)),
    );
  }
  decoded = decoded.replace(/[\t\r\n]/g, '');
  for (const part of decoded.split(/[/\\]/)) {
    const [name = ''] = part.split(/[;\0]/);
    if (name === '..') parts.pop();
    else if (name !== '.' && name !== '') parts.push(name);
  }
  return `/${parts.join('/')}`;
};

const expectBelow = (url: URL, root = '/v2/tenant') => {
  expect(url.origin).toBe('https://api.acme.example');
  expect([url.username, url.password, url.hash]).toEqual(['', '', '']);
  for (const path of [url.pathname, resolved(url.pathname)])
    expect(`${path}/`).toMatch(new RegExp(`^${root}/`));
};

describe('the URL of a proxied call', () => {
  it('is tried with at least eighty ways out', () => {
    expect(new Set(corpus.outside).size).toBeGreaterThanOrEqual(80);
  });

  it.each(corpus.outside)('never leads out of the base: %j', (path) => {
    const url = target(path);
    if (url) expectBelow(url);
    const slashed = target(`/${path}`);
    if (slashed) expectBelow(slashed);
  });

  it.each(corpus.outside.filter((path) => !/[?#]/.test(path)))(
    'refuses what climbs or leads elsewhere: %j',
    (path) => {
      expect(target(path)).toBeUndefined();
    },
  );

  it.each([
    '@evil.example/',
    '.evil.example/',
    ':8443/',
    ':p@evil.example/',
    'evil.example',
    '\\@evil.example',
  ])('never leads from a base without a path to another origin: %j', (path) => {
    for (const sent of [path, `/${path}`, `//${path}`]) {
      const url = target(sent, { baseUrl: 'https://api.acme.example' });
      if (url) expectBelow(url, '');
      else expect(sent).toBe(path);
    }
  });

  it.each(corpus.inside)('takes what only looks so: %j', (path) => {
    const url = target(path);
    if (!url) throw new Error('It was refused.');
    expectBelow(url);
  });

  it('never leads out of the base, whatever is sent', () => {
    const piece = fc.constantFrom(
      '.',
      '..',
      '/',
      '\\',
      '%2e',
      '%2E',
      '%2f',
      '%5c',
      '%5C',
      '%25',
      '2e',
      '%c0%ae',
      '%0a',
      ';',
      '@',
      ':',
      '#',
      '?',
      'a',
      '\t',
      '%00',
      '%',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const url = target(`/${pieces.join('')}`);
        if (!url) return;
        expectBelow(url);
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps path and query as they were sent', () => {
    const url = target('/A%2fb/%7Ex//y;z=1', { query: 'b=2&a=%20+&a=1&empty&x[]=1' });
    expect(url?.href).toBe(`${base}/A%2fb/%7Ex//y;z=1?b=2&a=%20+&a=1&empty&x[]=1`);
  });

  it.each([
    ['https://acme.example', '', 'https://acme.example/'],
    ['https://acme.example', '/', 'https://acme.example/'],
    ['https://acme.example/', '/x', 'https://acme.example/x'],
    ['https://acme.example/v2/', '', 'https://acme.example/v2/'],
    ['https://acme.example/v2/', '/x', 'https://acme.example/v2/x'],
    ['https://acme.example/v2', '', 'https://acme.example/v2'],
    ['https://acme.example/v2?tenant=1', '/x', 'https://acme.example/v2/x?tenant=1&q=2'],
  ])('of the base %s and the path %j is %s', (baseUrl, path, expected) => {
    expect(target(path, { baseUrl, query: expected.includes('?') ? 'q=2' : '' })?.href).toBe(expected);
  });

  it('fills the base from the fields alone: what the caller sends is never expanded', () => {
    const url = target('/{{sub}}', {
      baseUrl: 'https://{{sub}}.acme.example',
      values: { sub: 'eu' },
      query: 'a={{sub}}',
    });
    expect(url?.href).toBe('https://eu.acme.example/%7B%7Bsub%7D%7D?a={{sub}}');
  });

  it('takes a base that the provider told, where the service lists its host', () => {
    const told = {
      baseUrl: '{{metadata.instance}}/services',
      values: { 'metadata.instance': 'https://na7.acme.example/' },
    };
    expect(target('/x', { ...told, hosts: ['*.acme.example'] })?.href).toBe(
      'https://na7.acme.example/services/x',
    );
    expect(() => target('/x', told)).toThrow(/`hosts`/);
    expect(target('/../x', { ...told, hosts: ['*.acme.example'] })).toBeUndefined();
  });

  it('tells of a base that cannot be filled, without the value', () => {
    const run = () => target('/x', { baseUrl: 'https://{{sub}}.acme.example', values: { sub: 'private/' } });
    expect(run).toThrow(AppError);
    expect(run).not.toThrow(/private/);
  });
});

describe('a whole URL', () => {
  const listing: Reach = {
    ...reach,
    baseUrl: `${base}?tenant=7`,
    hosts: ['files.acme.example', '*.cdn.acme.example'],
  };
  const whole = (url: string) => targetUrl(listing, { path: '', query: '', url }).href;

  it.each([
    [`${base}/items?q=1`, `${base}/items?tenant=7&q=1`],
    [base, `${base}?tenant=7`],
    ['https://files.acme.example/a/b?c=d', 'https://files.acme.example/a/b?c=d'],
    ['https://eu.cdn.acme.example/x', 'https://eu.cdn.acme.example/x'],
  ])('%s is called as %s', (url, called) => {
    expect(whole(url)).toBe(called);
  });

  it.each([
    'https://api.acme.example/v2/tenancy',
    'https://api.acme.example/v2/tenant/%2e%2e/other',
    'https://api.acme.example:8443/v2/tenant/items',
    'http://api.acme.example/v2/tenant/items',
    'https://user@api.acme.example/v2/tenant/items',
    'https://:word@files.acme.example/a',
    'https://files.acme.example/a#fragment',
    'http://files.acme.example/a',
    'https://files.acme.example:444/a',
    'https://cdn.acme.example/x',
    'https://files.acme.example.evil.example/a',
    '//files.acme.example/a',
    '/items',
    'not a URL',
  ])('%s is refused', (url) => {
    expect(() => whole(url)).toThrow(expect.objectContaining({ status: 422, code: 'url_outside_service' }));
  });
});
