import { createServer, type IncomingMessage } from 'node:http';
import { close, listen } from '../../local/provider/listen.ts';

/** A request as the provider got it. */
export interface Received {
  readonly method: string;
  /** Below the section's own address, without the query. */
  readonly path: string;
  /** The whole URL as it was asked for. */
  readonly href: string;
  readonly query: URLSearchParams;
  /** In order and as written, one entry for each line. */
  readonly lines: readonly (readonly [string, string])[];
  /** By lower-case names; the last line of a name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly body: string;
  /** The body read as a form. */
  readonly form: URLSearchParams;
}

/** What it answers: a body that is no text is sent as JSON. */
interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: unknown;
}

export type Script = Scripted | ((request: Received) => Scripted);

/** A provider of one test, below an address of its own. */
export interface Section {
  readonly url: string;
  /** Scripts a path and all below it. The answers are given in turn, the last of them for ever. */
  readonly on: (path: string, ...answers: readonly Script[]) => void;
  /** What came to a path, the oldest first. */
  readonly received: (path: string) => readonly Received[];
}

export interface ScriptableProvider {
  readonly url: string;
  /** `host:port`, to be let through by the product. */
  readonly host: string;
  readonly section: (name: string) => Section;
  readonly stop: () => Promise<void>;
}

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const linesOf = ({ rawHeaders }: IncomingMessage): [string, string][] =>
  rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []));

const receivedOf = (url: URL, request: IncomingMessage, bytes: Buffer): Omit<Received, 'path'> => {
  const lines = linesOf(request);
  const body = bytes.toString();
  return {
    method: request.method ?? '',
    href: url.origin + (request.url ?? ''),
    query: url.searchParams,
    lines,
    headers: Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), value])),
    bytes,
    body,
    form: new URLSearchParams(body),
  };
};

interface Scripts {
  readonly at: string;
  readonly answers: Script[];
  readonly received: Received[];
}

const notScripted: Scripted = { status: 404, body: { error: 'not_scripted' } };

const answerOf = (scripts: Scripts | undefined, request: Omit<Received, 'path'>, path: string): Scripted => {
  if (!scripts) return notScripted;
  const received = { ...request, path };
  scripts.received.push(received);
  const script = scripts.answers.length > 1 ? scripts.answers.shift() : scripts.answers[0];
  return typeof script === 'function' ? script(received) : (script ?? notScripted);
};

/** Starts a provider on loopback that answers what tests script, and keeps what it was sent. */
export const startScriptableProvider = async (): Promise<ScriptableProvider> => {
  const scripted: Scripts[] = [];
  const find = (path: string) =>
    scripted
      .filter(({ at }) => path === at || path.startsWith(`${at}/`))
      .toSorted((one, other) => other.at.length - one.at.length)[0];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', origin);
      const scripts = find(url.pathname);
      const name = url.pathname.split('/')[1] ?? '';
      const path = url.pathname.slice(name.length + 1);
      const {
        status = 200,
        headers = {},
        body = '',
      } = answerOf(scripts, receivedOf(url, request, await read(request)), path);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const type = typeof body === 'string' ? 'text/plain' : 'application/json';
      response.writeHead(status, { 'content-type': type, ...headers }).end(text);
    })();
  });
  const port = await listen(server, '127.0.0.1', 0);
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  return {
    url: origin,
    host,
    section: (name) => ({
      url: `${origin}/${name}`,
      on: (path, ...answers) => {
        const at = `/${name}${path}`;
        const known = scripted.find((scripts) => scripts.at === at);
        if (known) known.answers.splice(0, Infinity, ...answers);
        else scripted.push({ at, answers: [...answers], received: [] });
      },
      received: (path) => scripted.find(({ at }) => at === `/${name}${path}`)?.received ?? [],
    }),
    stop: () => close(server),
  };
};

/** An authorization page that sends the person back at once; `change` edits what they bring along (RFC 6749 §4.1.2). */
export const sendsBack =
  (change: (parameters: URLSearchParams, request: Received) => void = () => undefined): Script =>
  (request) => {
    const parameters = new URLSearchParams({ code: 'the-code', state: request.query.get('state') ?? '' });
    change(parameters, request);
    const location = `${request.query.get('redirect_uri') ?? ''}?${parameters.toString()}`;
    return { status: 302, headers: { location } };
  };

/** What an API saw of a call. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An API that answers what it saw, and 401 to a call without the right credential. */
export const sees =
  (admits: (request: Received) => boolean): Script =>
  (request) =>
    admits(request)
      ? {
          body: {
            method: request.method,
            path: request.path,
            query: request.query.toString(),
            headers: request.headers,
            body: request.body,
          } satisfies Seen,
        }
      : { status: 401, body: { error: 'invalid_token' } };

/** The check of an API that wants a bearer token (RFC 6750 §2.1). */
export const bearer =
  (...tokens: readonly string[]) =>
  ({ headers }: Received): boolean =>
    tokens.some((token) => headers['authorization'] === `Bearer ${token}`);
