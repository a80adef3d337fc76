import { invalid } from '../../errors.ts';
import { baseOf, isBelow, isListed, rootOf, type Reach } from './reach.ts';

const escaped = () =>
  invalid('path_outside_service', 'The path leads out of the base URL of the service.', [
    {
      path: 'path',
      message: 'Leave out dots and backslashes that climb; credentials go nowhere but below the base URL.',
    },
  ]);

const outside = () =>
  invalid('url_outside_service', 'The URL leads out of the service.', [
    {
      path: 'url',
      message:
        'Expected a URL below the base URL of the service or, over https, at one of the hosts that it lists. Credentials go nowhere else.',
    },
  ]);

/** What a caller calls: a path below the base URL, or a whole URL. */
export interface Called {
  /** What stands behind the auth's id in the path, as sent, with its leading slash; empty for the base itself. */
  readonly path: string;
  /** The query as sent, without its question mark. */
  readonly query: string;
  /** A whole URL instead of both. */
  readonly url?: string | undefined;
}

const withQuery = (url: URL, parts: readonly string[]): URL => {
  const all = parts.filter((part) => part !== '').join('&');
  // Without one of its own, a question mark at the beginning of the caller's query would be taken for it.
  url.search = all === '' ? '' : `?${all}`;
  return url;
};

/** A link of the service's own has the base's query already. */
const withMissingQuery = (base: URL, url: URL): URL => {
  const sent = url.search.slice(1);
  const there = new Set(sent.split('&'));
  const missing = base.search.slice(1).split('&');
  return withQuery(url, [...missing.filter((part) => !there.has(part)), sent]);
};

const wholeUrl = (reach: Reach, text: string): URL => {
  const base = baseOf(reach);
  const url = URL.parse(text);
  if (url && isBelow(base, url)) return withMissingQuery(base, url);
  if (url && isListed(reach, url)) return url;
  throw outside();
};

/**
 * The URL of a proxied call: base URL, path and query as sent, or the caller's own where it stays within the service. Another
 * origin or a path that is not below the base is refused. Rejects with 422.
 */
export const targetUrl = (reach: Reach, { path, query, url: whole }: Called): URL => {
  if (whole !== undefined) return wholeUrl(reach, whole);
  const base = baseOf(reach);
  const root = rootOf(base);
  const url = URL.parse(`${base.origin}${root}${path || base.pathname.slice(root.length)}`);
  if (!url || !isBelow(base, url)) throw escaped();
  return withQuery(url, [base.search.slice(1), query]);
};

/**
 * Where a redirect leads, if the credential may go there: below the base URL or at a listed host. It is taken as it is, for a
 * service that redirects says the whole query. Rejects with 422.
 */
export const hopUrl = (reach: Reach, url: URL): URL => {
  if (isBelow(baseOf(reach), url) || isListed(reach, url)) return url;
  throw outside();
};
