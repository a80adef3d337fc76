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
  readonly fields: Readonly<Record<string, string>>;
  /** What stands behind the auth's id in the path, as sent, with its leading slash; empty for the base itself. */
  readonly path: string;
  /** The query as sent, without its question mark. */
  readonly query: string;
}

const baseOf = (baseUrl: string, fields: Readonly<Record<string, string>>): URL => {
  try {
    return fillUrl(baseUrl, fields);
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
export const targetUrl = ({ baseUrl, fields, path, query }: TargetInput): URL => {
  const base = baseOf(baseUrl, fields);
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
