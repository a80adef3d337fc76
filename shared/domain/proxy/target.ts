import { invalid } from '../../errors.ts';
import { fillUrl, UnusableUrl } from '../../protocols/url-template.ts';

const escaped = () =>
  invalid('path_outside_service', 'The path leads out of the base URL of the service.', [
    {
      path: 'path',
      message: 'Leave out dots and backslashes that climb; credentials go nowhere but below the base URL.',
    },
  ]);

interface TargetInput {
  readonly baseUrl: string;
  /** What fills the base URL: fields, and what the provider's answer told. */
  readonly values: Readonly<Record<string, string>>;
  /** Where a base URL that begins with `{{metadata.…}}` may lead. */
  readonly hosts: readonly string[];
  readonly plainHttp: boolean;
  /** Whether the call carries secrets of the service's own. */
  readonly closed: boolean;
  /** What stands behind the auth's id in the path, as sent, with its leading slash; empty for the base itself. */
  readonly path: string;
  /** The query as sent, without its question mark. */
  readonly query: string;
}

const baseOf = ({ baseUrl, values, ...limits }: Omit<TargetInput, 'path' | 'query'>): URL => {
  try {
    return fillUrl(baseUrl, values, limits);
  } catch (error) {
    if (error instanceof UnusableUrl) throw invalid('unusable_base_url', error.message);
    throw error;
  }
};

const written: Readonly<Record<string, string>> = { '%2e': '.', '%2f': '/', '%5c': '\\', '%3b': ';' };

/** Whether a server that decodes a path before it resolves it, or sets parameters apart, would climb (RFC 3986 §3.3). */
const climbsDecoded = (path: string): boolean =>
  path
    .replace(/%(?:2e|2f|5c|3b)/gi, (code) => written[code.toLowerCase()] ?? code)
    .split(/[/\\]/)
    .some((segment) => segment === '..' || segment.startsWith('..;'));

/**
 * The URL of a proxied call: base URL, path and query as sent. Judged on the final parsed URL, where every way of writing
 * a dot segment is resolved already: another origin or a path that is not below the base is refused, and so are dots
 * that only the service would resolve.
 */
export const targetUrl = ({ path, query, ...where }: TargetInput): URL => {
  const base = baseOf(where);
  const root = base.pathname.replace(/\/+$/, '');
  const text = `${base.origin}${root}${path || base.pathname.slice(root.length)}`;
  if (!URL.canParse(text)) throw escaped();
  const url = new URL(text);
  const below = url.pathname === root || url.pathname.startsWith(`${root}/`) || root === '';
  if (url.origin !== base.origin || url.username !== '' || url.hash !== '' || !below) throw escaped();
  if (climbsDecoded(url.pathname.slice(root.length))) throw escaped();
  url.search = [base.search.slice(1), query].filter((part) => part !== '').join('&');
  return url;
};
