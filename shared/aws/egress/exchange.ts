import { request as requestHttp, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { HttpFailure } from '#shared/ports.ts';
import type { GuardedArgs, Passage } from './agents.ts';
import { because } from './failure.ts';
import type { Stop } from './stop.ts';
import type { Target } from './target.ts';

/** A call that has passed every check that needs no network. */
export interface Order {
  readonly target: Target;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer | Readable | undefined;
}

/** In bytes. Some answers hold more than the 16 kB that Node takes by itself. */
const largestHead = 65_536;

/** Node's own HTTP/1.1 client: no proxy, no redirect, nothing decoded, parsed, regrouped or added (ADR 0031). */
const begin = (order: Order, agent: Agent, passage: Passage): ClientRequest => {
  const { url, host, port, secure } = order.target;
  const { method, headers } = order;
  const path = url.pathname + url.search;
  const where = { agent, hostname: host, port, path, passage };
  const args: GuardedArgs = { ...where, method, headers, maxHeaderSize: largestHead };
  return (secure ? requestHttps : requestHttp)(args);
};

/**
 * Whether an answer can be handed on: not with a status that is none (RFC 9110 §15; Node reads three digits, whichever), nor packed by a coding of the transfer, for
 * which nobody asked and which Node would leave on (RFC 9112 §7).
 */
const isUnderstood = ({ statusCode = 0, headers }: IncomingMessage): boolean =>
  statusCode >= 200 && /^chunked$/i.test(headers['transfer-encoding'] ?? 'chunked');

/** A body that breaks off ends its request, and a request that ends leaves nothing of its body to be read. */
const send = (body: Order['body'], request: ClientRequest): void => {
  if (!(body instanceof Readable)) {
    request.end(body);
    return;
  }
  // The other side may have something to say before the first piece comes.
  request.flushHeaders();
  // Why either ended is heard from the request.
  pipeline(body, request, () => undefined);
};

/**
 * Sends a request over a connection of the agent and waits for the last header of its answer.
 * Undefined when the connection was a kept one that had died meanwhile: then nothing is known of the request.
 * Rejects with `EgressRefused` or `HttpFailure`.
 */
export const exchange = async (
  order: Order,
  agent: Agent,
  stop: Stop,
): Promise<IncomingMessage | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage | undefined>();
  let request: ClientRequest | undefined;
  let incoming: IncomingMessage | undefined;
  let sent = false;
  const failed = (error: unknown) => {
    const broken = order.body instanceof Readable ? order.body.errored : undefined;
    if (broken instanceof HttpFailure) reject(broken);
    else reject(new HttpFailure(sent ? 'reset' : 'connect', sent, because(error)));
  };
  const halt = () => {
    reject(stop.failure(sent) ?? new HttpFailure('aborted', sent));
    (incoming ?? request)?.destroy();
  };
  if (stop.signal.aborted) {
    halt();
    return promise;
  }
  stop.signal.addEventListener('abort', halt, { once: true });
  try {
    const begun = begin(order, agent, { target: order.target, signal: stop.signal, failed: reject });
    request = begun;
    // Until then there was no connection, and so no byte on it.
    begun.once('socket', () => (sent = true));
    begun.once('response', (message) => {
      incoming = message;
      if (isUnderstood(message)) resolve(message);
      else begun.destroy(new Error('The answer is no HTTP.'));
    });
    // Nobody asked for another protocol, and Node would leave the call waiting.
    begun.once('upgrade', (_message, socket) => {
      socket.destroy();
      reject(new HttpFailure('reset', true));
    });
    begun.on('error', (error) => (begun.reusedSocket ? resolve(undefined) : failed(error)));
    send(order.body, begun);
  } catch (error) {
    failed(error);
  }
  return promise;
};
