import type { ServiceDefinition } from '../services/definition.ts';

/** Where the calls of a service go: the host of its base URL as it is written, and those that it lists, each once and in order. */
export const hostsOf = ({
  baseUrl,
  hosts,
}: Pick<ServiceDefinition, 'baseUrl' | 'hosts'>): readonly string[] => {
  const written = /^https?:\/\/([^/?#]+)/i.exec(baseUrl)?.[1] ?? /^[^/?#]+/.exec(baseUrl)?.[0] ?? '';
  return [...new Set([written, ...hosts].map((host) => host.toLowerCase()))].toSorted();
};

/** Whether two lists name the same hosts. */
export const sameHosts = (some: readonly string[], others: readonly string[]): boolean => {
  const known = new Set(some);
  return known.size === new Set(others).size && others.every((host) => known.has(host));
};
