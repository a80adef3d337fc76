interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** The cookies of one walk, kept apart by origin (RFC 6265, without domains: nothing here spans hosts). */
export interface CookieJar {
  /** Takes in the `Set-Cookie` fields of an answer. */
  readonly take: (url: URL, fields: readonly string[]) => void;
  /** The `Cookie` field of a request; empty when there is nothing to send. */
  readonly header: (url: URL) => string;
}

const attribute = (field: string, name: string) =>
  new RegExp(`;\\s*${name}=([^;]*)`, 'i').exec(field)?.[1]?.trim();

const isOver = (field: string) => {
  const age = attribute(field, 'max-age');
  if (age !== undefined) return Number(age) <= 0;
  const expires = attribute(field, 'expires');
  return expires !== undefined && Date.parse(expires) <= Date.now();
};

const covers = (cookiePath: string, path: string) =>
  path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);

const parse = (field: string, url: URL): Cookie | undefined => {
  const [, name, value] = /^\s*([^=;]+?)\s*=\s*([^;]*?)\s*(?:;|$)/.exec(field) ?? [];
  const folder = url.pathname.slice(0, Math.max(1, url.pathname.lastIndexOf('/')));
  const path = attribute(field, 'path');
  return name === undefined || value === undefined
    ? undefined
    : { name, value, path: path?.startsWith('/') === true ? path : folder };
};

/** An empty jar. */
export const cookieJar = (): CookieJar => {
  const origins = new Map<string, Map<string, Cookie>>();
  const cookiesOf = (url: URL) => origins.get(url.origin) ?? new Map<string, Cookie>();
  return {
    take: (url, fields) => {
      const cookies = cookiesOf(url);
      origins.set(url.origin, cookies);
      for (const field of fields) {
        const cookie = parse(field, url);
        if (cookie === undefined) continue;
        const place = `${cookie.name} ${cookie.path}`;
        if (isOver(field)) cookies.delete(place);
        else cookies.set(place, cookie);
      }
    },
    header: (url) =>
      [...cookiesOf(url).values()]
        .filter(({ path }) => covers(path, url.pathname))
        // The nearer path first (section 5.4).
        .sort((one, other) => other.path.length - one.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; '),
  };
};
