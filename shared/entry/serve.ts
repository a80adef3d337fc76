import middy from '@middy/core';
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse';
import type { Context } from 'aws-lambda';
import { Readable } from 'node:stream';
import { deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { log } from '../log.ts';
import type { Endpoint } from './endpoint.ts';
import { answerError, visibleError } from './errors.ts';
import { callOf, HttpEvent, textOf, type Call, type Reply } from './http.ts';
import { matcher } from './match.ts';
import type { Route } from './route.ts';

interface Served {
  readonly endpoint: Endpoint;
  readonly match: ReturnType<typeof matcher>;
}

const noRoute = (served: readonly Served[], call: Call): AppError => {
  const here = served.filter(({ match }) => match.path(call));
  if (here.length === 0)
    return new AppError(404, 'route_not_found', 'There is no such path. GET /openapi.json lists all.');
  const allow = here.map(({ endpoint }) => endpoint.route.method).join(', ');
  return new AppError(405, 'method_not_allowed', `This path takes ${allow}.`, { headers: { allow } });
};

const answer = async (
  served: readonly Served[],
  call: Call,
): Promise<{ reply: Reply; route: Route | undefined }> => {
  const found = served.find(({ match }) => match.path(call) && match.method(call));
  const route = found?.endpoint.route;
  try {
    if (!found) throw noRoute(served, call);
    return { reply: await found.endpoint.handle(deps(), call, found.match.parameters(call)), route };
  } catch (error) {
    const { status, code } = visibleError(error);
    const fields = { requestId: call.requestId, route: route?.name, status, code };
    if (status >= 500) log.error('The call failed.', fields, error);
    return { reply: answerError(error, route?.produces ?? 'json', call.requestId), route };
  }
};

const joined = (headers: Reply['headers']): Record<string, string> => {
  const all = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = all.get(name);
    all.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(all);
};

const run = async (served: readonly Served[], event: unknown) => {
  const began = performance.now();
  const call = callOf(HttpEvent.parse(event));
  const { reply, route } = await answer(served, call);
  const milliseconds = Math.round(performance.now() - began);
  log.info('Answered.', {
    requestId: call.requestId,
    route: route?.name,
    status: reply.status,
    milliseconds,
  });
  return { call, reply, headers: joined([...reply.headers, ['latchkey-request-id', call.requestId]]) };
};

const serving = (endpoints: readonly Endpoint[]): readonly Served[] =>
  endpoints.map((endpoint) => ({ endpoint, match: matcher(endpoint.route) }));

/** Lambda answers 6 MB at the most, and base 64 makes three bytes of a body four. */
const largestAnswer = 4_400_000;

const tooLarge = new AppError(
  502,
  'answer_too_large',
  'The answer of the service is larger than the 4.4 MB that can pass here. Call the streaming URL of the deployment instead.',
);

const brokeOff = new AppError(
  502,
  'upstream_broke_off',
  'The service broke off in the middle of its answer. Repeat the call if it may be repeated.',
);

const collect = async (body: AsyncIterable<Uint8Array>): Promise<Buffer | AppError> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > largestAnswer) return tooLarge;
      chunks.push(chunk);
    }
  } catch {
    return brokeOff;
  }
  return Buffer.concat(chunks);
};

/** The Lambda function over a noun's endpoints, as API Gateway (HTTP API, payload format 2.0) calls it. */
export const serve = (...endpoints: readonly Endpoint[]) => {
  const served = serving(endpoints);
  return middy(async (event: unknown, _context: Context) => {
    const { call, reply, headers } = await run(served, event);
    if (reply.body === undefined || typeof reply.body === 'string') {
      return { statusCode: reply.status, headers, body: reply.body ?? '' };
    }
    const body = await collect(reply.body);
    if (Buffer.isBuffer(body))
      return { statusCode: reply.status, headers, body: body.toString('base64'), isBase64Encoded: true };
    const error = answerError(body, 'any', call.requestId);
    const told = joined([...error.headers, ['latchkey-request-id', call.requestId]]);
    return { statusCode: error.status, headers: told, body: textOf(error) };
  });
};

/** The same as a function URL calls it that streams: the answer goes out as it comes in. */
export const serveStream = (...endpoints: readonly Endpoint[]) => {
  const served = serving(endpoints);
  return middy(
    async (event: unknown, _context: Context) => {
      const { reply, headers } = await run(served, event);
      const body =
        typeof reply.body === 'object'
          ? Readable.from(reply.body, { objectMode: false })
          : (reply.body ?? '');
      return { statusCode: reply.status, headers, body };
    },
    { executionMode: executionModeStreamifyResponse },
  );
};
