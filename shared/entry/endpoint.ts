import type * as z from 'zod';
import type { Actor } from '../domain/actor.ts';
import { once } from '../domain/idempotency/once.ts';
import { etag } from '../domain/versions.ts';
import type { Deps } from '../ports.ts';
import { authenticate } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { textOf, type ArrivingCall, type Call, type Reply } from './http.ts';
import { recorded } from './recorded.ts';
import { bodyValue, parsePart, queryValues, wholeCall, wordHeader } from './parse.ts';
import type { Route } from './route.ts';

type PathSchema = z.ZodType<Record<string, string>>;

/** What a handler is given: all of it parsed. */
interface Input<P, Q, B> {
  readonly deps: Deps;
  readonly path: P;
  readonly query: Q;
  readonly body: B;
  readonly call: Call;
}

/** The same for a caller who is known. */
interface KnownInput<P, Q, B> extends Input<P, Q, B> {
  readonly actor: Actor;
  /** The ETag that the caller expects. */
  readonly ifMatch: string | undefined;
}

/** A route and what answers it. */
export interface Endpoint {
  readonly route: Route;
  readonly handle: (deps: Deps, call: ArrivingCall, parameters: Record<string, string>) => Promise<Reply>;
}

const parse = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  route: Route<P, Q, B>,
  call: Call,
  path: z.output<P>,
) => ({
  path,
  query: parsePart(route.request.query, queryValues(call.query), 'query'),
  body: parsePart(route.request.body, bodyValue(route, call), 'body'),
  call,
});

const version = (value: unknown): readonly (readonly [string, string])[] =>
  typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number'
    ? [['etag', etag(value.version)]]
    : [];

const unkept = [['cache-control', 'no-store']] as const;

const json = ({ status, holdsSecret }: Route, value: unknown): Reply => ({
  status,
  headers: [['content-type', 'application/json'], ...version(value), ...(holdsSecret ? unkept : [])],
  body: value === undefined ? undefined : JSON.stringify(value),
});

/** Repeats the answer of a call that creates when its `Idempotency-Key` was seen before. */
const idempotent = async (
  deps: Deps,
  { actor, call, route }: { actor: Actor; call: Call; route: Route },
  act: () => Promise<Reply>,
): Promise<Reply> => {
  const key =
    route.method === 'POST' && route.status === 201 ? wordHeader(call, 'idempotency-key') : undefined;
  if (key === undefined) return act();
  const request = [call.method, call.path, call.body ?? ''];
  const run = async () => textOf(await act());
  const { answer, repeated } = await once(deps, { actor, key, request, act: run });
  const reply = json(route, JSON.parse(answer));
  return repeated ? { ...reply, headers: [...reply.headers, ['idempotent-replayed', 'true']] } : reply;
};

/**
 * Binds a route to what answers it with a JSON value: authenticate, authorize, parse, note in the history, run, check the answer.
 * `run` holds one domain operation; what it throws becomes an answer in `errors.ts`.
 */
export const endpoint = <P extends PathSchema, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  route: Route<P, Q, B, R>,
  run: (input: KnownInput<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R>>,
): Endpoint => ({
  route,
  handle: async (deps, arriving, parameters) => {
    const caller = await authenticate(deps, arriving);
    const path = parsePart(route.request.path, parameters, 'path');
    return recorded(deps, { route, caller, path, call: arriving }, async (begin) => {
      const actor = await authorize(deps, { actor: caller, route, path });
      const call = await wholeCall(arriving);
      const ifMatch = wordHeader(call, 'if-match');
      const input = { deps, actor, ifMatch, ...parse(route, call, path) };
      return idempotent(deps, { actor, call, route }, async () => {
        await begin(actor);
        return json(route, route.response.parse(await run(input)));
      });
    });
  },
});

/** The same for an answer as JSON lines: `run` answers with the lines themselves, and reads alone. */
export const linesEndpoint = <P extends PathSchema, Q extends z.ZodType>(
  route: Route<P, Q>,
  run: (input: Omit<KnownInput<z.output<P>, z.output<Q>, unknown>, 'ifMatch' | 'body'>) => Promise<string>,
): Endpoint => ({
  route,
  handle: async (deps, arriving, parameters) => {
    const caller = await authenticate(deps, arriving);
    const path = parsePart(route.request.path, parameters, 'path');
    const actor = await authorize(deps, { actor: caller, route, path });
    const call = await wholeCall(arriving);
    const { query } = parse(route, call, path);
    const headers = [['content-type', 'application/x-ndjson']] as const;
    return { status: route.status, headers, body: await run({ deps, actor, path, query, call }) };
  },
});

/** The same for documents that anyone may read. */
export const openEndpoint = <
  P extends PathSchema,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
>(
  route: Route<P, Q, B, R>,
  run: (input: Input<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R>>,
): Endpoint => ({
  route,
  handle: async (deps, arriving, parameters) => {
    const call = await wholeCall(arriving);
    const input = { deps, ...parse(route, call, parsePart(route.request.path, parameters, 'path')) };
    return json(route, route.response.parse(await run(input)));
  },
});

/** The same for a page: `run` answers with the page itself, and nobody has to say who they are. */
export const pageEndpoint = <P extends PathSchema, Q extends z.ZodType, B extends z.ZodType>(
  route: Route<P, Q, B>,
  run: (input: Input<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Reply>,
): Endpoint => ({
  route,
  handle: async (deps, arriving, parameters) =>
    run({
      deps,
      ...parse(route, await wholeCall(arriving), parsePart(route.request.path, parameters, 'path')),
    }),
});

/** The same for bytes that are somebody else's: the caller is known, body and query stay as they were sent, also while they come. */
export const bytesEndpoint = <P extends PathSchema>(
  route: Route<P>,
  run: (input: { deps: Deps; actor: Actor; path: z.output<P>; call: ArrivingCall }) => Promise<Reply>,
): Endpoint => ({
  route,
  handle: async (deps, call, parameters) => {
    const caller = await authenticate(deps, call);
    const path = parsePart(route.request.path, parameters, 'path');
    return recorded(deps, { route, caller, path, call }, async (begin) => {
      const actor = await authorize(deps, { actor: caller, route, path });
      await begin(actor);
      return run({ deps, actor, path, call });
    });
  },
});
