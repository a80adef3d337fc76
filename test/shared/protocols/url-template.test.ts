import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { fillUrl, UnusableUrl, UrlTemplate } from '#shared/protocols/url-template.ts';

const hostile = z
  .array(z.string())
  .parse(JSON.parse(readFileSync(new URL('hostile-values.json', import.meta.url), 'utf8')));

const template = 'https://{{sub}}.acme.example/x/{{id}}';

const value = fc.oneof(
  fc.constantFrom(...hostile),
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc.string({
    unit: fc.constantFrom('.', '/', '\\', '%2e', '%', '@', '#', '?', ':', 'a', '\t', '-', '1', '。'),
    maxLength: 8,
  }),
  fc.tuple(fc.constantFrom(...hostile), fc.constantFrom(...hostile)).map((pair) => pair.join('')),
);

/** Templates filled with one value, the hosts that they may lead to, and how many segments their path has. */
const templates = [
  { text: 'https://{{v}}.acme.com/x', host: /^[a-z\d.-]+\.acme\.com$/, segments: 1 },
  { text: 'https://{{v}}-api.acme.com/x', host: /^[a-z\d.-]+-api\.acme\.com$/, segments: 1 },
  { text: 'https://api-{{v}}.acme.com/x', host: /^api-[a-z\d.-]+\.acme\.com$/, segments: 1 },
  { text: 'https://a.{{v}}.{{v}}.acme.com', host: /^a\.[a-z\d.-]+\.acme\.com$/, segments: 1 },
  { text: 'https://acme-{{v}}.com/', host: /^acme-[a-z\d-]+\.com$/, segments: 1 },
  { text: 'https://acme-{{v}}.co.uk/', host: /^acme-[a-z\d-]+\.co\.uk$/, segments: 1 },
  { text: 'https://acme{{v}}{{v}}.com/', host: /^acme[a-z\d-]+\.com$/, segments: 1 },
  { text: 'https://acme-{{v}}.x.{{v}}/', host: /^acme-[a-z\d-]+\.x\.[a-z.]+$/, segments: 1 },
  { text: 'https://acme.{{v}}/', host: /^acme\.[a-z.]+$/, segments: 1 },
  { text: 'https://{{v}}/', host: /^[a-z\d.-]+$/, segments: 1 },
  { text: 'https://{{v|api.acme.com}}/', host: /^[a-z\d.-]+$/, segments: 1 },
  { text: 'https://api.acme.com:{{v}}/x', host: /^api\.acme\.com(:\d{1,5})?$/, segments: 1 },
  { text: 'https://{{v}}.acme.com:8443/{{v}}?x={{v}}', host: /^[a-z\d.-]+\.acme\.com:8443$/, segments: 1 },
  { text: 'https://{{urlencode(v)}}.acme.com/x', host: /^[a-z\d.-]+\.acme\.com$/, segments: 1 },
  { text: 'https://api.acme.com/{{v}}', host: /^api\.acme\.com$/, segments: 1 },
  { text: 'https://api.acme.com/{{v}}/items', host: /^api\.acme\.com$/, segments: 2 },
  { text: 'https://api.acme.com/v.{{v}}{{v}}/.{{v}}/x', host: /^api\.acme\.com$/, segments: 3 },
  { text: 'https://api.acme.com/{{urlencode(v)}}/{{base64(v)}}/x', host: /^api\.acme\.com$/, segments: 3 },
  { text: 'https://api.acme.com/{{default(v, "x")}}/x', host: /^api\.acme\.com$/, segments: 2 },
  { text: 'https://api.acme.com?a={{v}}&b={{urlencode(v)}}', host: /^api\.acme\.com$/, segments: 1 },
  { text: '{{metadata.v}}/x', host: /^[a-z\d.-]+\.acme\.com$/, segments: undefined },
] as const;

/** How a server that decodes a path before it resolves it reads it. */
const resolved = (path: string) =>
  new URL(`https://x${path.replace(/%(2e|2f|5c)/gi, decodeURIComponent)}`).pathname;

const expectHeld = ({ text, host, segments }: (typeof templates)[number], v: string): boolean => {
  const url = filled(text, { v, 'metadata.v': v }, { hosts: ['*.acme.com'] });
  if (!url) return false;
  expect(url.protocol).toBe('https:');
  expect(url.host).toMatch(host);
  expect([url.username, url.password, url.hash]).toEqual(['', '', '']);
  if (segments === undefined) return true;
  expect(url.pathname.split('/')).toHaveLength(segments + 1);
  expect(url.pathname).not.toMatch(/\/\.{0,2}\/|\/\.{1,2}$/);
  expect(resolved(url.pathname).split('/').length).toBeGreaterThanOrEqual(segments + 1);
  return true;
};

const filled = (...input: Parameters<typeof fillUrl>): URL | undefined => {
  try {
    return fillUrl(...input);
  } catch (error) {
    if (error instanceof UnusableUrl) return undefined;
    throw error;
  }
};

describe('filling a URL', () => {
  it('has at least 80 hostile values to be tried with', () => {
    expect(new Set(hostile).size).toBeGreaterThanOrEqual(80);
  });

  it.each(templates)('never leads to another host, whatever the value is: $text', (each) => {
    for (const v of hostile) expectHeld(each, v);
    fc.assert(
      fc.property(value, (v) => {
        expectHeld(each, v);
      }),
      { numRuns: 200 },
    );
    expect(['eu', '443', 'https://x.acme.com'].some((v) => expectHeld(each, v))).toBe(true);
  });

  it.each(templates)('does not repeat a value that it refuses: $text', (each) => {
    const told = hostile
      .filter((v) => v.length > 5)
      .map((v) => {
        try {
          fillUrl(each.text, { v, 'metadata.v': v }, { hosts: ['*.acme.net'] });
          return { v, message: '' };
        } catch (error) {
          return { v, message: String(error).replaceAll(each.text, '') };
        }
      });
    expect(told.filter(({ v, message }) => message.includes(v))).toEqual([]);
  });

  it('lets a value add names on the left of the host that is written out', () => {
    expect(fillUrl('https://{{sub}}.acme.com/', { sub: 'evil.com' }).host).toBe('evil.com.acme.com');
    expect(fillUrl('https://{{sub}}.acme.com/', { sub: 'EU.West-1' }).host).toBe('eu.west-1.acme.com');
    expect(() => fillUrl('https://{{sub}}.acme.com/', { sub: 'a.evil.com/' })).toThrow(UnusableUrl);
  });

  it.each(['com', 'co.uk', 'com.au', 'eu'])('takes the ending %s for what stands behind a name', (tld) => {
    expect(fillUrl('https://accounts.acme.{{tld}}/', { tld }).host).toBe(`accounts.acme.${tld}`);
  });

  it('takes a whole host, or the one that the template falls back to', () => {
    expect(fillUrl('https://{{host|api.acme.com}}/', { host: '' }).host).toBe('api.acme.com');
    expect(fillUrl('https://{{host|api.acme.com}}/', {}).host).toBe('api.acme.com');
    expect(fillUrl('https://{{host}}/', { host: 'git.own.example' }).host).toBe('git.own.example');
    expect(fillUrl('https://{{host}}:{{port}}/', { host: '10.0.0.7', port: '8443' }).host).toBe(
      '10.0.0.7:8443',
    );
    expect(fillUrl('https://{{a}}.{{b}}/', { a: 'x', b: 'own-2.example' }).host).toBe('x.own-2.example');
  });

  it.each(['127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '1.1.1', '256.256.256.256'])(
    'refuses %s for a host, which a parser reads as another or as none',
    (host) => {
      expect(() => fillUrl('https://{{host}}/', { host })).toThrow(/make no host name/);
    },
  );

  it.each(['1', '443', '65535'])('takes %s for a port', (port) => {
    expect(fillUrl('https://acme.com:{{port}}/', { port }).port).toBe(port === '443' ? '' : port);
  });

  it.each(['', '0', '65536', '080', '1 ', '-1', '1.5', '٤٤٣', '8443@evil.com', '1/'])(
    'refuses %j for a port',
    (port) => {
      expect(() => fillUrl('https://acme.com:{{port}}/', { port })).toThrow(/1 to 65535/);
    },
  );

  it('keeps text of the template as it stands', () => {
    expect(fillUrl('http://[::1]:8080/a%2fb;c?x=[1]&{{q}}=%20+', { q: 'k' }).href).toBe(
      'http://[::1]:8080/a%2fb;c?x=[1]&k=%20+',
    );
    expect(fillUrl('https://bücher.example/{{a}}', { a: '1' }).host).toBe('xn--bcher-kva.example');
  });

  it.each(['%2e%2e', '%2E%2E', '%252e', '%c0%ae%c0%ae'])(
    'refuses %s, which becomes dots at a server that decodes once more',
    (id) => {
      expect(() => fillUrl('https://acme.example/api/{{id}}/x', { id })).toThrow(/dots that climb/);
    },
  );

  it('encodes what only looks encoded, which then is a name', () => {
    expect(fillUrl('https://acme.example/api/{{id}}/x', { id: '%2e%2ea' }).pathname).toBe(
      '/api/%252e%252ea/x',
    );
  });

  it('does not encode twice what urlencode gives, and encodes base64', () => {
    expect(fillUrl('https://acme.example/{{urlencode(a)}}?b={{base64(a)}}', { a: '?>/' }).href).toBe(
      'https://acme.example/%3F%3E%2F?b=Pz4v',
    );
    expect(fillUrl('https://acme.example/?b={{base64(a)}}', { a: '?>???' }).search).toBe('?b=Pz4%2FPz8%3D');
  });

  it.each(['/{{a}}', '/{{a}}/x', '/x/{{a}}{{a}}/y', '/x/.{{a}}/y'])(
    'refuses an empty value in the path %s unless its segment stays',
    (path) => {
      const run = () => fillUrl(`https://acme.example${path}`, { a: '' });
      expect(run).toThrow(UnusableUrl);
    },
  );

  it.each(['../..', './.', '/', 'x/../..', '..\\..', '..;', 'a;/..'])(
    'refuses %j in a path, which climbs or vanishes where it is decoded first',
    (id) => {
      expect(() => fillUrl('https://acme.example/api/{{id}}/items', { id })).toThrow(UnusableUrl);
    },
  );

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

  it.each(['..', '.'])('refuses %j at the end of the path', (id) => {
    expect(() => fillUrl('https://acme.example/api/{{id}}', { id })).toThrow(UnusableUrl);
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

describe('a URL that begins with what the provider told', () => {
  const base = '{{metadata.instance_url}}/services/data';
  const hosts = ['*.acme.com', 'files.acme.net:8443'];
  const from = (url: string, options: Parameters<typeof fillUrl>[2] = { hosts }) =>
    fillUrl(base, { 'metadata.instance_url': url }, options).href;

  it('leads to the hosts of the service', () => {
    expect(from('https://na7.acme.com')).toBe('https://na7.acme.com/services/data');
    expect(from('https://na7.acme.com/')).toBe('https://na7.acme.com/services/data');
    expect(from('https://NA7.acme.com:443/base/')).toBe('https://na7.acme.com/base/services/data');
    expect(from('https://files.acme.net:8443')).toBe('https://files.acme.net:8443/services/data');
  });

  it('stands alone, before a query, and with a fallback', () => {
    const values = { 'metadata.u': 'https://a.acme.com/x' };
    expect(fillUrl('{{metadata.u}}', values, { hosts }).href).toBe('https://a.acme.com/x');
    expect(fillUrl('{{metadata.u}}?a={{metadata.u}}', values, { hosts }).href).toBe(
      'https://a.acme.com/x?a=https%3A%2F%2Fa.acme.com%2Fx',
    );
    expect(fillUrl('{{metadata.u|https://b.acme.com}}/y', {}, { hosts }).href).toBe('https://b.acme.com/y');
    expect(() => fillUrl('{{metadata.u|https://b.evil.com}}/y', {}, { hosts })).toThrow(/`hosts`/);
  });

  it.each([
    'https://evil.com',
    'https://acme.com',
    'https://xacme.com',
    'https://a.acme.com:8443',
    'https://a.acme.com.',
  ])('is refused when the service does not list the host, with what to do: %s', (url) => {
    expect(() => from(url)).toThrow(/add it under `hosts`/);
    expect(() => from(url)).not.toThrow(url);
  });

  it('is refused when the service lists no host', () => {
    expect(() => from('https://na7.acme.com', {})).toThrow(/`hosts`/);
    expect(() => fillUrl(base, { 'metadata.instance_url': 'https://na7.acme.com' })).toThrow(/`hosts`/);
  });

  it.each([
    '',
    'na7.acme.com',
    '//na7.acme.com',
    'https:na7.acme.com',
    'http://na7.acme.com',
    'ftp://na7.acme.com',
    'https://u@na7.acme.com',
    'https://u:p@na7.acme.com',
    'https://na7.acme.com/?x=1',
    'https://na7.acme.com?',
    'https://na7.acme.com#',
    'https://na7.acme.com/#x',
    'https://evil.com\\.acme.com',
    'https://evil\t.acme.com',
    ' https://na7.acme.com',
    'javascript:alert(1)//na7.acme.com',
  ])('is refused when it is no plain https URL: %j', (url) => {
    expect(() => from(url)).toThrow(/expected an absolute https URL/);
  });

  it('may be plain HTTP where the deployment takes it', () => {
    const options = { hosts: ['*.acme.com', 'localhost:4000'], plainHttp: true };
    expect(from('http://na7.acme.com', options)).toBe('http://na7.acme.com/services/data');
    expect(from('http://localhost:4000', options)).toBe('http://localhost:4000/services/data');
  });
});

describe('the template of a URL', () => {
  it.each([
    'https://acme.example',
    'http://acme.example/x',
    'http://127.0.0.1:4000/x',
    'http://[::1]:4000/x',
    'HTTPS://{{sub}}.acme.example/{{a}}?b={{c}}',
    'https://{{host}}:{{port}}/x',
    'https://acme.example:{{port|443}}',
    'https://{{host|api.acme.com}}/',
    'https://acme.{{tld}}/',
    'https://acme.example/{{urlencode(a)}}?b={{base64(c, ":")}}',
    '{{metadata.instance_url}}/services/data',
    '{{ metadata.instance_url }}?q={{a}}',
    '{{metadata.instance_url|https://login.acme.com}}',
    'https://bücher.example/{{a}}',
  ])('may be %s', (text) => {
    expect(UrlTemplate.parse(text)).toBe(text);
  });

  it.each([
    '',
    '{{scheme}}://acme.example',
    '{{url}}/x',
    '{{base64(metadata.url)}}/x',
    '{{metadata.url}}x',
    '{{metadata.url}}{{metadata.path}}',
    '{{metadata.url|nonsense}}/x',
    'x{{metadata.url}}/x',
    'ftp://acme.example',
    'javascript:alert(1)',
    'https://',
    'https:///',
    'https://?x',
    'https://user@acme.example',
    'https://user:pass@acme.example',
    'https://{{user}}@acme.example',
    'https://{{user}}:{{pass}}@acme.example',
    'https://acme.example:{{port}}{{more}}',
    'https://acme.example:80{{more}}',
    'https://acme.example:port',
    'https://acme.example:{{port|0}}',
    'https://{{host|a b}}/',
    'https://{{host|}}/',
    'https://{{base64(a)}}.acme.example/',
    'https://{{sub}}.bücher.example/',
    'https://{{sub}}%2eacme.example/',
    'https://.{{sub}}..example/x y'.replace('..', '.%'),
    'https://acme.example/#part',
    'https://acme.example/{{a}}#{{b}}',
    'https://acme.example\\{{a}}',
    'https://acme.example/.\t{{a}}',
    'https://acme.example/{{a|}}/x',
    'https://acme.example/{{a|..}}/x',
    'https://acme example',
    'https://acme.example/{{a b}}',
    'https://acme.example/{{upper(a)}}',
    'https://acme.example/{{a',
    '/relative',
    `https://acme.example/${'x'.repeat(2048)}`,
  ])('is never %s', (text) => {
    expect(UrlTemplate.safeParse(text).success).toBe(false);
  });

  it.each([
    ['{{url}}/x', /begins with https:\/\/.*{{metadata/],
    ['https://acme.example/{{a', /never closed/],
    ['https://{{sub}}.acme.example/#x', /no fragment/],
    ['https://{{user}}@acme.example', /without user name/],
  ])('is refused with what would be right: %s', (text, expected) => {
    expect(UrlTemplate.safeParse(text).error?.issues[0]?.message).toMatch(expected);
  });

  it.each(['{{', '{{a}}', ':{{a}}', '{{a}}.', '/{{a}}', ':{{ '])(
    'is judged in less than 50 ms, however often it holds %j',
    (unit) => {
      for (const length of [2000, 1_000_000]) {
        const text = `https://${unit.repeat(length / unit.length)}`;
        const run = () => {
          const start = performance.now();
          UrlTemplate.safeParse(text);
          return performance.now() - start;
        };
        // The best of several, so that another process on the machine does not fail it.
        expect(Math.min(...Array.from({ length: 10 }, run))).toBeLessThan(50);
      }
    },
  );
});
