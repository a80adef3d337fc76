import { request as requestHttp, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import axios from 'axios';
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

type Answer = (incoming: IncomingMessage) => void;

/** Nothing but the way through Node's HTTP/1.1 client: no proxy, no redirect, nothing decoded, parsed or judged. */
const client = axios.create({
  adapter: 'http',
  decompress: false,
  maxRedirects: 0,
  proxy: false,
  responseType: 'stream',
  transformRequest: [],
  transformResponse: [],
  validateStatus: null,
});

/** Stands in for axios's own transport, as that regroups header fields and adds some. */
const begin = (order: Order, agent: Agent, passage: Passage) => {
  const { url, host, port, secure } = order.target;
  const { method, headers } = order;
  const path = url.pathname + url.search;
  const args: GuardedArgs = { agent, hostname: host, port, path, method, headers, passage };
  return (answer: Answer): ClientRequest => (secure ? requestHttps : requestHttp)(args, answer);
};

/**
 * Sends a request over a connection of the agent and waits for the last header of its answer.
 * Undefined when the connection was a kept one that had died meanwhile: then nothing is known of the request.
 * Rejects with `EgressRefused` or `HttpFailure`.
 */
export const exchange = (order: Order, agent: Agent, stop: Stop): Promise<IncomingMessage | undefined> =>
  new Promise((resolve, reject) => {
    let request: ClientRequest | undefined;
    let incoming: IncomingMessage | undefined;
    let sent = false;
    const halt = () => {
      reject(stop.failure(sent) ?? new HttpFailure('aborted', sent));
      (incoming ?? request)?.destroy();
    };
    if (stop.signal.aborted) {
      halt();
      return;
    }
    stop.signal.addEventListener('abort', halt, { once: true });
    const start = begin(order, agent, { target: order.target, signal: stop.signal, failed: reject });
    const transport = {
      request: (_: unknown, answer: Answer) => {
        request = start((message) => answer((incoming = message)));
        // Until then there was no connection, and so no byte on it.
        request.once('socket', () => (sent = true));
        // Nobody asked for another protocol, and Node would leave the call waiting.
        return request.once('upgrade', (_message, socket) => {
          socket.destroy();
          reject(new HttpFailure('reset', true));
        });
      },
    };
    client.request({ url: order.target.url.href, method: order.method, data: order.body, transport }).then(
      () => resolve(incoming),
      (error: unknown) => {
        const failed = order.body instanceof Readable ? order.body.errored : undefined;
        if (failed instanceof HttpFailure) reject(failed);
        else if (request?.reusedSocket) resolve(undefined);
        else reject(new HttpFailure(sent ? 'reset' : 'connect', sent, because(error)));
      },
    );
  });
