import { describe, expect, it } from '@jest/globals';
import { hostAllowed, HostPattern } from '#shared/protocols/url-template.ts';

describe('the pattern of a host', () => {
  it.each([
    'files.acme.com',
    'files.acme.com:8443',
    '*.acme.com',
    '*.acme.com:8443',
    '*.eu.acme.co.uk',
    'localhost:4000',
    '127.0.0.1:4000',
    'xn--bcher-kva.example',
  ])('may be %s', (pattern) => {
    expect(HostPattern.parse(pattern)).toBe(pattern);
  });

  it.each([
    '',
    '*',
    '*.',
    '*.com',
    '*.co.uk',
    '*.com.au',
    '*.0.0.1',
    '**.acme.com',
    '*acme.com',
    'a.*.acme.com',
    '*.*.acme.com',
    'Files.acme.com',
    'acme.com.',
    '.acme.com',
    'acme..com',
    '-acme.com',
    'acme-.com',
    'bücher.example',
    'https://acme.com',
    'acme.com/',
    'acme.com:',
    'acme.com:0',
    'acme.com:65536',
    'acme.com:80:80',
    'acme.com:{{port}}',
    'user@acme.com',
    'acme com',
    'acme.com\n',
    '[::1]',
    `${'a'.repeat(64)}.com`,
    'a.'.repeat(200),
  ])('is never %j', (pattern) => {
    expect(HostPattern.safeParse(pattern).success).toBe(false);
  });
});

describe('a host', () => {
  const listed = ['files.acme.com', 'up.acme.com:8443', '*.acme.net', '*.acme.org:8443', 'www.acme.io:443'];

  it.each([
    'files.acme.com',
    'up.acme.com:8443',
    'a.acme.net',
    'a.b.c.acme.net',
    'x.acme.org:8443',
    'www.acme.io',
  ])('is allowed when it is listed: %s', (host) => {
    expect(hostAllowed(host, listed)).toBe(true);
  });

  it.each([
    'acme.com',
    'x.files.acme.com',
    'files.acme.com:8443',
    'files.acme.com:80',
    'files.acme.com.',
    'up.acme.com',
    'acme.net',
    '.acme.net',
    'evilacme.net',
    'a.acme.net.evil.com',
    'a.acme.net:8443',
    'a.acme.net.',
    'x.acme.org',
    '',
    '*.acme.net:1',
  ])('is refused else: %j', (host) => {
    expect(hostAllowed(host, listed)).toBe(false);
    expect(hostAllowed(host, [])).toBe(false);
  });
});
