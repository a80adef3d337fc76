import { deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { log } from '../log.ts';
import type { Endpoint } from './endpoint.ts';
import { preflightAnswer, withCors } from './cors.ts';
import { answerError, visibleError } from './errors.ts';
import { callOf, HttpEvent, textOf, type ArrivingCall, type Reply } from './http.ts';
import { matcher } from './match.ts';
import { startPatience, whyEnded, type CallContext, type Patience } from './patience.ts';
import {
  answerTooLarge,
  answerTooLate,
  largestAnswer,
  lastWord,
  longestAnswer,
  streamTooLate,
} from './platform-limits.ts';
import type { Route } from './route.ts';
import { pour, streamed } from './streamed.ts';

interface Served {
  readonly endpoint: Endpoint;
  readonly match: ReturnType<typeof matcher>;
}

const noRoute = (served: readonly Served[], call: ArrivingCall): AppError => {
  const here = served.filter(({ match }) => match.path(call));
  if (here.length === 0)
    return new AppError(404, 'route_not_found', 'There is no such path. GET /openapi.json lists all.');
  const allow = here.map(({ endpoint }) => endpoint.route.method).join(', ');
  return new AppError(405, 'method_not_allowed', `This path takes ${allow}.`, { headers: { allow } });
};

const answer = async (
  served: readonly Served[],
  call: ArrivingCall,
): Promise<{ reply: Reply; route: Route | undefined }> => {
  const found = served.find(({ match }) => match.path(call) && match.method(call));
  const route = found?.endpoint.route;
  try {
    if (!found) throw noRoute(served, call);
    return { reply: await found.endpoint.handle(deps(), call, found.match.parameters(call)), route };
  } catch (caught) {
    const error = whyEnded(caught, call);
    const { status, code } = visibleError(error);
    const fields = { requestId: call.requestId, route: route?.name, status, code };
    if (status >= 500) log.error('The call failed.', fields, error);
    return { reply: await answerError(error, route?.produces ?? 'json', call.requestId), route };
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

/** Every answer tells its request's id. */
const named = (call: ArrivingCall, headers: Reply['headers']): Record<string, string> =>
  joined([...headers, ['latchkey-request-id', call.requestId]]);

const run = async (served: readonly Served[], event: unknown, { signal }: Patience) => {
  const began = performance.now();
  const call = callOf(HttpEvent.parse(event), signal);
  const preflight = preflightAnswer(deps().settings, call);
  if (preflight) return { call, reply: preflight, headers: named(call, preflight.headers) };
  const { reply, route } = await answer(served, call);
  const milliseconds = Math.round(performance.now() - began);
  log.info('Answered.', {
    requestId: call.requestId,
    route: route?.name,
    status: reply.status,
    milliseconds,
  });
  return { call, reply, headers: named(call, withCors(deps().settings, call, reply.headers)) };
};

const serving = (endpoints: readonly Endpoint[]): readonly Served[] =>
  endpoints.map((endpoint) => ({ endpoint, match: matcher(endpoint.route) }));

const brokeOff = new AppError(
  502,
  'upstream_broke_off',
  'The service broke off in the middle of its answer. Repeat the call if it may be repeated.',
);

const collect = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > largestAnswer) throw answerTooLarge(deps().settings.streamingUrl);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** An answer in one piece, as API Gateway takes it. */
const inOnePiece = async ({ call, reply, headers }: Awaited<ReturnType<typeof run>>) => {
  if (reply.body === undefined || typeof reply.body === 'string') {
    return { statusCode: reply.status, headers, body: reply.body ?? '' };
  }
  try {
    const body = (await collect(reply.body)).toString('base64');
    return { statusCode: reply.status, headers, body, isBase64Encoded: true };
  } catch (caught) {
    const why = whyEnded(caught instanceof AppError ? caught : brokeOff, call);
    const error = await answerError(why, 'any', call.requestId);
    const told = named(call, withCors(deps().settings, call, error.headers));
    return { statusCode: error.status, headers: told, body: textOf(error) };
  }
};

/** The Lambda function over a noun's endpoints, as API Gateway (HTTP API, payload format 2.0) calls it. */
export const serve = (...endpoints: readonly Endpoint[]) => {
  const served = serving(endpoints);
  const late = () => answerTooLate(deps().settings.streamingUrl);
  return async (event: unknown, context: CallContext) => {
    const patience = startPatience(context, { milliseconds: longestAnswer, late });
    try {
      return await inOnePiece(await run(served, event, patience));
    } finally {
      patience.end();
    }
  };
};

/** The same as a function URL calls it that streams: the answer goes out as it comes in. */
export const serveStream = (...endpoints: readonly Endpoint[]) => {
  const served = serving(endpoints);
  return streamed(async (event, stream, context: CallContext) => {
    const milliseconds = context.getRemainingTimeInMillis() - lastWord;
    const patience = startPatience(context, { milliseconds, late: streamTooLate });
    try {
      const { reply, headers } = await run(served, event, patience);
      await pour(stream, { statusCode: reply.status, headers, body: reply.body ?? '' }, patience);
    } finally {
      patience.end();
    }
  });
};
