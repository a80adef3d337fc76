import { invalid } from '../../errors.ts';
import { decodedPath } from '../../protocols/path-segment.ts';
import { fillUrl, hostAllowed, UnusableUrl } from '../../protocols/url-template.ts';

/** Where a service's credentials may go to. */
export interface Reach {
  readonly baseUrl: string;
  /** What fills the base URL: fields, and what the provider's answer told. */
  readonly values: Readonly<Record<string, string>>;
  /** Besides the base URL's; also where a base URL that begins with `{{metadata.…}}` may lead. */
  readonly hosts: readonly string[];
  readonly plainHttp: boolean;
  /** Whether the call carries secrets of the service's own. */
  readonly closed: boolean;
}

/** The base URL, filled. Rejects with 422 `unusable_base_url`. */
export const baseOf = ({ baseUrl, values, ...limits }: Reach): URL => {
  try {
    return fillUrl(baseUrl, values, limits);
  } catch (error) {
    if (error instanceof UnusableUrl) throw invalid('unusable_base_url', error.message);
    throw error;
  }
};

/** Whether a server that decodes a path before it resolves it, or sets parameters apart, would climb (RFC 3986 §3.3). */
const climbsDecoded = (path: string): boolean =>
  decodedPath(path)
    .split(/[/\\]/)
    .some((segment) => segment === '..' || segment.startsWith('..;'));

/** The path of the base without the slash at its end. */
export const rootOf = (base: URL): string => base.pathname.replace(/\/+$/, '');

/**
 * Whether a URL is below the base. Judged on the final parsed URL, where every way of writing a dot segment is resolved
 * already; dots that only the service would resolve lead out, too.
 */
export const isBelow = (base: URL, url: URL): boolean => {
  const root = rootOf(base);
  const below = url.pathname === root || url.pathname.startsWith(`${root}/`) || root === '';
  const same = url.origin === base.origin && url.username === '' && url.password === '' && url.hash === '';
  return same && below && !climbsDecoded(url.pathname.slice(root.length));
};

/** Whether a URL is at one of the hosts that the service lists besides its base URL's, over TLS. */
export const isListed = ({ hosts }: Pick<Reach, 'hosts'>, url: URL): boolean =>
  url.protocol === 'https:' &&
  url.username === '' &&
  url.password === '' &&
  url.hash === '' &&
  hostAllowed(url.host, hosts);
