import { describe, expect, it } from '@jest/globals';
import { parseAllowList } from '#shared/aws/egress.ts';

describe('the egress allow list', () => {
  it('allows nothing when it is empty', () => {
    const list = parseAllowList('');
    expect(list.hasHost('localhost', 80)).toBe(false);
    expect(list.hasAddress('127.0.0.1')).toBe(false);
  });

  it('allows a host on the port that stands beside it and on no other', () => {
    const list = parseAllowList('localhost:4000');
    expect(list.hasHost('localhost', 4000)).toBe(true);
    expect(list.hasHost('localhost', 4001)).toBe(false);
    expect(list.hasHost('sub.localhost', 4000)).toBe(false);
    expect(list.hasAddress('127.0.0.1')).toBe(false);
  });

  it('reads hosts as URLs do', () => {
    const list = parseAllowList(' LOCALHOST:4000, [0:0::1]:4001 ,0x7f.1:4002,Bücher.example:443,');
    expect(list.hasHost('localhost', 4000)).toBe(true);
    expect(list.hasHost('[::1]', 4001)).toBe(true);
    expect(list.hasHost('127.0.0.1', 4002)).toBe(true);
    expect(list.hasHost('xn--bcher-kva.example', 443)).toBe(true);
  });

  it('allows the addresses of ranges, both ends included', () => {
    const list = parseAllowList('10.1.2.3/8,fd00::/8');
    expect(list.hasAddress('10.0.0.0')).toBe(true);
    expect(list.hasAddress('10.255.255.255')).toBe(true);
    expect(list.hasAddress('11.0.0.0')).toBe(false);
    expect(list.hasAddress('fd12::1')).toBe(true);
    expect(list.hasAddress('fc00::1')).toBe(false);
  });

  it('takes a bare address for a range of one', () => {
    const list = parseAllowList('127.0.0.1,::1');
    expect(list.hasAddress('127.0.0.1')).toBe(true);
    expect(list.hasAddress('127.0.0.2')).toBe(false);
    expect(list.hasAddress('::1')).toBe(true);
    expect(list.hasAddress('::2')).toBe(false);
  });

  it('allows no address with a zone and no text that is no address', () => {
    const list = parseAllowList('fe80::/10,0.0.0.0/0');
    expect(list.hasAddress('fe80::1')).toBe(true);
    expect(list.hasAddress('fe80::1%eth0')).toBe(false);
    expect(list.hasAddress('localhost')).toBe(false);
  });

  it.each([
    'localhost',
    'localhost:',
    'localhost:0',
    'localhost:65536',
    'localhost:http',
    ':4000',
    '10.0.0.0/33',
    '::/129',
    '10.0.0/8',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    '[::1]',
    '[::1',
    '[localhost]:1',
    'http://localhost:4000',
    'a b:1',
    'user@host:1',
    'host:1/path',
    '999.1.1.1:80',
  ])('refuses "%s" and names it', (entry) => {
    expect(() => parseAllowList(`10.0.0.0/8,${entry}`)).toThrow(`"${entry}"`);
  });
});
