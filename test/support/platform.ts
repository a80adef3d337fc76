import { cookieJar, type CookieJar } from '../../local/provider/cookies.ts';
import type { RunningProduct } from './product.ts';
import type { Seen } from './scriptable-provider.ts';
import { must, organizationWorkspace, type Body } from './way.ts';

type Input = Readonly<Record<string, unknown>>;

/** An auth as the API shows it, as far as tests of types read it. */
export interface AuthBody extends Body {
  readonly account: string | null;
  readonly scopes: readonly string[] | null;
  readonly missingScopes: readonly string[];
  readonly refreshExpiresAt: string | null;
  readonly tested: { readonly ok: boolean; readonly code: string } | null;
  readonly warnings: readonly { readonly code: string }[];
}

/** An answer that says why something is refused. */
export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly paths: readonly string[];
}

interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: readonly { path: string }[];
  };
}

/** What came through the proxy. */
interface Proxied {
  readonly status: number;
  readonly body: Seen & Input;
}

const mostHops = 20;

/** Goes where a browser would, with cookies and without scripts, until a page comes. Answers each URL that it was at. */
export const browse = async (
  start: string,
  { jar = cookieJar(), form }: { jar?: CookieJar; form?: URLSearchParams } = {},
) => {
  const visited: URL[] = [];
  let body = form;
  for (let url = new URL(start); visited.length < mostHops;) {
    visited.push(url);
    const headers = new Headers({ cookie: jar.header(url), origin: url.origin });
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      ...(body && { method: 'POST', body }),
    });
    jar.take(url, response.headers.getSetCookie());
    const location = response.headers.get('location');
    if (location === null) return { status: response.status, html: await response.text(), visited, jar };
    url = new URL(location, url);
    body = undefined;
  }
  throw new Error(`No page within ${mostHops} requests.`);
};

/** What a platform's backend and its people do with the product, in the organization's workspace. */
export const platformOf = async (product: RunningProduct) => {
  const workspaceId = await organizationWorkspace(product);
  const inWorkspace = (path: string) => `/v1/workspaces/${workspaceId}/${path}`;
  const call = async (status: number, method: string, path: string, body?: unknown) =>
    (await must(product, status, [method, inWorkspace(path), body])) as AuthBody;
  const refused = async (method: string, path: string, body?: unknown): Promise<Refused> => {
    const answer = await product.api.call(method, inWorkspace(path), { body });
    if (answer.status < 400) throw new Error(`${method} ${path} answered ${answer.status}.`);
    const { code, message, details } = (answer.body as ErrorBody).error;
    return { status: answer.status, code, message, paths: details.map(({ path: at }) => at) };
  };

  const service = (document: Input) => call(201, 'POST', 'services', document);
  const auth = (authId: string) => call(200, 'GET', `auths/${authId}`);
  const session = (sessionId: string) =>
    call(200, 'GET', `connect-sessions/${sessionId}`) as Promise<Body> as Promise<
      Body & { error: { code: string; message: string } | null }
    >;

  /** Opens a connect session and goes where its link leads. */
  const open = async (serviceId: string, more: Input = {}) => {
    const opened = await call(201, 'POST', 'connect-sessions', { serviceId, ...more });
    const page = await browse(opened.url);
    return { opened, page, outcome: await session(opened.id) };
  };

  return {
    workspaceId,
    service,
    edit: (serviceId: string, patch: Input) => call(200, 'PATCH', `services/${serviceId}`, patch),
    refusedService: (document: Input) => refused('POST', 'services', document),
    auth,
    create: (document: Input) => call(201, 'POST', 'auths', { name: 'Account', ...document }),
    refusedAuth: (document: Input) => refused('POST', 'auths', { name: 'Account', ...document }),
    open,
    session,
    /** A consent from the definition to the auth; throws when it does not come to one. */
    connect: async (document: Input, more: Input = {}) => {
      const made = await service(document);
      const { page, outcome } = await open(made.id, more);
      if (outcome.status !== 'complete')
        throw new Error(
          `The session is ${outcome.status}: ${JSON.stringify(outcome.error)}\n${page.status} at ${page.visited.join(' ')}\n${page.html.slice(0, 2000)}`,
        );
      return { service: made, page, auth: await auth(outcome.authId) };
    },
    refresh: (authId: string) => call(200, 'POST', `auths/${authId}/refresh`),
    refusedRefresh: (authId: string) => refused('POST', `auths/${authId}/refresh`),
    test: (authId: string) =>
      call(200, 'POST', `auths/${authId}/test`) as Promise<unknown> as Promise<{
        ok: boolean;
        code: string;
        account: string | null;
      }>,
    remove: (authId: string) => call(204, 'DELETE', `auths/${authId}`),
    /** The kinds of all that happened to an auth, once nothing is under way any more. */
    history: async (authId: string): Promise<readonly string[]> => {
      await must(product, 200, ['GET', '/_local/events']);
      const { items } = await call(200, 'GET', `auths/${authId}/history`);
      return items.map(({ type }) => type);
    },
    /** A call through the proxy, sent as it stands here. */
    proxied: async (authId: string, path: string, init: RequestInit = {}): Promise<Proxied> => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${product.key}`);
      const response = await fetch(`${product.url}/v1/proxy/${authId}${path}`, { ...init, headers });
      const text = await response.text();
      try {
        return { status: response.status, body: JSON.parse(text) as Proxied['body'] };
      } catch {
        throw new Error(`The proxy answered ${response.status}: ${text}`);
      }
    },
    policy: (discouragedTypes: 'allowed' | 'forbidden') =>
      must(product, 200, ['PATCH', '/v1/organization', { discouragedTypes }]),
    advance: (duration: string) => must(product, 200, ['POST', '/_local/clock', { advance: duration }]),
  };
};

export type Platform = Awaited<ReturnType<typeof platformOf>>;
