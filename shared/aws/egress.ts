import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import type { AllowList } from '#shared/addresses.ts';
import { EgressRefused, HttpFailure, type Http, type OutgoingRequest } from '#shared/ports.ts';
import { sendableMethod } from '#shared/protocols/http-token.ts';
import { guardedAgents } from './egress/agents.ts';
import { exchange, type Order } from './egress/exchange.ts';
import { download } from './egress/download.ts';
import { incomingHeaders, outgoingHeaders } from './egress/headers.ts';
import { startStop, type Stop } from './egress/stop.ts';
import { parseTarget } from './egress/target.ts';
import { isStream, upload } from './egress/upload.ts';

export { parseAllowList } from './egress/allow-list.ts';

interface EgressOptions {
  readonly allow: AllowList;
  /** Whether http URLs may be called at all; those on the allow list always may. */
  readonly plainHttp: boolean;
  /** For name, connection and TLS together; 5,000 when left out. */
  readonly connectTimeoutMilliseconds?: number;
  /** How long the body of an answer may be silent while it is read; five minutes when left out. */
  readonly silenceMilliseconds?: number;
  /** All addresses of a host; the system's resolver when left out. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** RFC 9110 section 9.2.1. They change nothing, so that they can be sent once more when a kept connection had died. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** IPv4 first, as functions in a VPC often have no way out over IPv6. */
const lookUp = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);

const parseMethod = (text: string): string => {
  const method = text.toUpperCase();
  if (sendableMethod(method)) return method;
  throw new EgressRefused('The method of the request cannot be sent.');
};

const bytes = (body: Uint8Array | string | undefined): Buffer => {
  if (typeof body === 'string') return Buffer.from(body);
  return body === undefined ? Buffer.alloc(0) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
};

const parseOrder = (request: OutgoingRequest, options: EgressOptions): Order => {
  const method = parseMethod(request.method);
  const target = parseTarget(request.url, options);
  if (isStream(request.body)) {
    const headers = outgoingHeaders(request, target, request.body.byteLength ?? 'unknown');
    return { target, method, headers, body: undefined };
  }
  const body = bytes(request.body);
  const headers = outgoingHeaders(request, target, body.length);
  return { target, method, headers, body: body.length > 0 ? body : undefined };
};

/** NTLM and Negotiate log a connection in, not a request: such a connection must not serve anybody else. */
const bindsConnection = ({ headers }: OutgoingRequest): boolean =>
  headers.some(([name, value]) => /authorization$/i.test(name) && /^\s*(ntlm|negotiate)\b/i.test(value));

/** What was sent cannot be sent again where it streamed. */
const canRepeat = (request: OutgoingRequest, { method }: Order): boolean =>
  safe.has(method) && !isStream(request.body) && !bindsConnection(request);

/** RFC 9112 section 6.3: what has no body gives its connection back, also when nobody reads the nothing. */
const drainEmpty = (incoming: IncomingMessage, { method }: Order) => {
  const status = incoming.statusCode ?? 0;
  const empty = method === 'HEAD' || status === 204 || status === 304;
  if (empty || incoming.headers['content-length'] === '0') incoming.resume();
};

/**
 * The guarded way out over HTTP/1.1: resolves each host itself, refuses all that is not public or allowed, and dials the
 * addresses that it judged. A body holds its connection until it is read to its end, left, or aborted by the signal.
 */
export const guardedHttp = (options: EgressOptions): Http => {
  const {
    allow,
    connectTimeoutMilliseconds = 5_000,
    silenceMilliseconds = 300_000,
    resolve = lookUp,
  } = options;
  const agent = guardedAgents({ allow, connectTimeoutMilliseconds, resolve });

  const answerTo = async (order: Order, reuse: boolean, stop: Stop): Promise<IncomingMessage> => {
    const kept = reuse ? await exchange(order, agent(order.target, true), stop) : undefined;
    const incoming = kept ?? (await exchange(order, agent(order.target, false), stop));
    if (incoming === undefined) throw new HttpFailure('reset', true);
    return incoming;
  };

  return {
    send: async (request) => {
      const parsed = parseOrder(request, options);
      const stop = startStop(request);
      const streamed = isStream(request.body) ? upload(request.body) : undefined;
      const order = streamed ? { ...parsed, body: streamed } : parsed;
      try {
        const incoming = await answerTo(order, canRepeat(request, order), stop);
        stop.answered();
        incoming.once('close', () => {
          stop.release();
          streamed?.destroy();
        });
        drainEmpty(incoming, order);
        const status = incoming.statusCode ?? 0;
        return {
          status,
          headers: incomingHeaders(incoming),
          body: download(incoming, stop, silenceMilliseconds),
        };
      } catch (error) {
        stop.release();
        streamed?.destroy();
        throw error;
      }
    },
  };
};
