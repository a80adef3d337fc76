import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { matcher } from '#shared/entry/match.ts';
import { routes } from '#functions/routes.ts';
import { context, type Handler, type StreamingHandler } from './functions.ts';
import { httpEvent, readBody } from './http-event.ts';
import { openBody } from './streamed-body.ts';
import { close, listen, listenOnIpv6 } from './provider/listen.ts';

const Result = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

const table = routes.map(({ noun, route }) => ({ noun, match: matcher(route) }));

/** The noun whose function answers a path; what no route takes goes to the one that knows them all. */
const nounOf = (path: string): string => table.find(({ match }) => match.path({ path }))?.noun ?? 'api';

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What never reaches a function, or comes back from none, is answered in the form of all errors. */
const refuse = (response: ServerResponse, { status, code, message }: Problem): void => {
  const requestId = randomUUID();
  response.writeHead(status, {
    'content-type': 'application/json',
    'latchkey-error': code,
    'latchkey-request-id': requestId,
  });
  response.end(JSON.stringify({ error: { code, message, details: [] }, requestId }));
};

const tooLarge = {
  status: 413,
  code: 'body_too_large',
  message: 'The body is larger than the 6 MB that can pass here.',
};
const packed = {
  status: 501,
  code: 'unsupported_transfer_coding',
  message: 'Of the codings of the transfer only chunked is known here.',
};
const broken = { status: 500, code: 'internal_error', message: 'Something went wrong.' };

/** Node takes chunks apart and leaves on what else a body was packed by (RFC 9112 §6.1). */
const isPacked = ({ headers }: IncomingMessage): boolean =>
  !/^chunked$/i.test(headers['transfer-encoding'] ?? 'chunked');

interface GatewayOptions {
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly streamingProxy: StreamingHandler;
  /** Answers the paths that there are locally only; false for all others. */
  readonly local: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
}

/** Whether the caller is still there: the signal is aborted when it goes away before the answer is out. */
const presence = (response: ServerResponse): AbortController => {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller;
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
}

const answer = async (
  { handlers, streamingProxy, local }: GatewayOptions,
  { request, response, signal }: Exchange,
): Promise<void> => {
  if (isPacked(request)) {
    refuse(response, packed);
    return;
  }
  if (await local(request, response)) return;
  const noun = nounOf((request.url ?? '/').split('?', 1)[0] ?? '');
  if (noun === 'proxy') {
    const incoming = openBody(request);
    response.once('finish', incoming.leave);
    const event = httpEvent(request, await incoming.read());
    await streamingProxy(event, response, context(event.requestContext.requestId, signal));
    return;
  }
  const body = await readBody(request);
  if (!body) {
    refuse(response, tooLarge);
    return;
  }
  const event = httpEvent(request, body);
  const lambda = context(event.requestContext.requestId, signal);
  const result = Result.parse(await handlers.get(`${noun}/lambda.ts`)?.(event, lambda));
  const bytes = Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8');
  response.writeHead(result.statusCode, result.headers).end(bytes);
};

const failed = (response: ServerResponse): void => {
  if (response.headersSent) response.destroy();
  else refuse(response, broken);
};

/** As long as a function runs; Node alone would end an upload after five minutes. */
const patient = { requestTimeout: 900_000 };

/** The local gateway: what API Gateway and the streaming URL do on AWS. Answers with the port it listens on. */
export const startGateway = async (port: number, options: GatewayOptions) => {
  const handle: RequestListener = (request, response) => {
    const caller = presence(response);
    answer(options, { request, response, signal: caller.signal }).catch((error: unknown) => {
      // What was to be handed on is not read any more.
      caller.abort();
      // A caller who went away, or a service that broke off in the middle of its answer, is no fault of ours.
      if (!response.headersSent && !response.destroyed)
        console.error('The gateway failed:', error instanceof Error ? error.name : 'unknown');
      failed(response);
    });
  };
  const server = createServer(patient, handle);
  const taken = await listen(server, '127.0.0.1', port);
  const other = await listenOnIpv6(handle, taken, patient);
  return {
    port: taken,
    stop: async () => {
      await Promise.all([close(server), other && close(other)]);
    },
  };
};
