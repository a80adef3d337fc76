import { BlockList, isIP } from 'node:net';

/** IANA IPv4 Special-Purpose Address Registry, with multicast, what is reserved, and what a cloud keeps for itself. */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Azure's own, at which a machine there asks for its identity: in no registry, and the same on every machine.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** What IANA has set apart inside 2000::/3: protocol assignments and Teredo, documentation, 6to4, AS112, 6bone. */
const special6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3ffe::', 16],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [net, prefix] of special4) special.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of special6) special.addSubnet(net, prefix, 'ipv6');

/** The only part of IPv6 that is handed out as global unicast: mapped, NAT64, local and link-local lie outside. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** `ipv4` or `ipv6`; undefined for all that is not a bare address, such as one with a zone id (`fe80::1%eth0`). */
export const family = (address: string): 'ipv4' | 'ipv6' | undefined => {
  if (address.includes('%')) return undefined;
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
};

/** The eight groups of an IPv6 address, without zeros before them. */
const groupsOf = (address: string): readonly string[] => {
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = written.split('::').map((half) => (half === '' ? [] : half.split(':')));
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
};

/** Whether an address is a tunnel to the IPv4 address in its end (ISATAP, RFC 5214 §6.1), whatever its prefix is. */
const tunnels = (address: string): boolean => {
  const [, , , , flags = '', marker] = groupsOf(address);
  return marker === '5efe' && ['0', '200'].includes(flags);
};

/** Whether an address belongs to the public internet. What is no address at all does not. */
export const isPublic = (address: string): boolean => {
  const kind = family(address);
  if (kind === undefined || special.check(address, kind)) return false;
  return kind === 'ipv4' || (global6.check(address, 'ipv6') && !tunnels(address));
};

/** What a deployer lets through although it is not public. */
export interface AllowList {
  /** A host as a URL writes it (`[::1]` in brackets) with its port: then its addresses are not judged. An address with its port opens names too. */
  readonly hasHost: (host: string, port: number) => boolean;
  /** An address inside one of the ranges. */
  readonly hasAddress: (address: string) => boolean;
}
