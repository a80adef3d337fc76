import * as z from 'zod';
import type { Body } from '../domain/whole-body.ts';
import type { ByteStream } from '../ports.ts';

/** What no event of AWS has: the local gateway hands on the body of a proxied call while it comes. */
const Stream = z.custom<ByteStream>(
  (value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
);

/** What we read of API Gateway's HTTP event, payload format 2.0; function URLs send the same. */
export const HttpEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string().optional()).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.union([z.string(), Stream]).optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({
    requestId: z.string(),
    http: z.object({ method: z.string(), sourceIp: z.string().optional() }),
  }),
});
export type HttpEvent = z.infer<typeof HttpEvent>;

type Pairs = readonly (readonly [string, string])[];

/** A request as it arrives. */
export interface ArrivingCall {
  readonly requestId: string;
  readonly method: string;
  /** As sent, percent-encoding and all. */
  readonly path: string;
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Pairs;
  /** The address that it was sent from, as the gateway saw it; a header says anything. */
  readonly address?: string | undefined;
  readonly body: Body;
  /** Aborted when nobody waits any more, or no longer can. Its reason is the error to be told, if anybody is there. */
  readonly signal?: AbortSignal | undefined;
}

/** A request as endpoints read it. */
export interface Call extends ArrivingCall {
  readonly body: Uint8Array | undefined;
}

/** An answer as endpoints give it. */
export interface Reply {
  readonly status: number;
  readonly headers: Pairs;
  readonly body: string | AsyncIterable<Uint8Array> | undefined;
}

/** The body of an answer that is text. */
export const textOf = ({ body }: Reply): string => (typeof body === 'string' ? body : '');

const headersOf = (event: HttpEvent): Pairs => [
  ...Object.entries(event.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), value] as const],
  ),
  ...(event.cookies.length > 0 ? [['cookie', event.cookies.join('; ')] as const] : []),
];

const bodyOf = ({ body, isBase64Encoded }: HttpEvent): Body =>
  typeof body === 'string' ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : body;

/** Reads an event as a call. */
export const callOf = (event: HttpEvent, signal?: AbortSignal): ArrivingCall => ({
  requestId: event.requestContext.requestId,
  method: event.requestContext.http.method,
  path: event.rawPath,
  query: event.rawQueryString,
  headers: headersOf(event),
  address: event.requestContext.http.sourceIp,
  body: bodyOf(event),
  signal,
});

/** The first header of a name. */
export const headerOf = ({ headers }: Pick<ArrivingCall, 'headers'>, name: string): string | undefined =>
  headers.find(([known]) => known === name)?.[1];
