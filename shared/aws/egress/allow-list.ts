import { BlockList } from 'node:net';
import { family, type AllowList } from '#shared/addresses.ts';

const authority = /^(?<host>\[[^\]]+\]|[^\s:/?#@\\[\]]+):(?<port>\d{1,5})$/;
const range = /^(?<address>[^/]+)(?:\/(?<prefix>\d{1,3}))?$/;

const parseHost = (entry: string): string | undefined => {
  const { host = '', port = '' } = authority.exec(entry)?.groups ?? {};
  const hostname = URL.parse(`http://${host}/`)?.hostname;
  const valid = Number(port) >= 1 && Number(port) <= 65_535;
  return hostname && valid ? `${hostname}:${Number(port)}` : undefined;
};

const parseRange = (entry: string) => {
  const { address = '', prefix } = range.exec(entry)?.groups ?? {};
  const kind = family(address);
  if (kind === undefined) return undefined;
  const most = kind === 'ipv4' ? 32 : 128;
  const bits = prefix === undefined ? most : Number(prefix);
  return bits <= most ? { address, bits, kind } : undefined;
};

/**
 * Reads a comma-separated list of `host:port` and of addresses or ranges of them (`10.0.0.0/8`, `::1`).
 * Throws an Error that names the entry which is neither.
 */
export const parseAllowList = (text: string): AllowList => {
  const hosts = new Set<string>();
  const ranges = new BlockList();
  const entries = text.split(',').map((entry) => entry.trim());
  for (const entry of entries.filter((each) => each !== '')) {
    const found = parseRange(entry);
    const host = found === undefined ? parseHost(entry) : undefined;
    if (found !== undefined) ranges.addSubnet(found.address, found.bits, found.kind);
    else if (host !== undefined) hosts.add(host);
    else
      throw new Error(
        `The egress allow list holds "${entry}"; expected host:port or a range such as 10.0.0.0/8.`,
      );
  }
  return {
    hasHost: (host, port) => hosts.has(`${host}:${port}`),
    hasAddress: (address) => {
      const kind = family(address);
      return kind !== undefined && ranges.check(address, kind);
    },
  };
};
