import type * as z from 'zod';
import { wholeBody } from '../domain/whole-body.ts';
import { AppError, issueDetails } from '../errors.ts';
import { headerOf, type ArrivingCall, type Call } from './http.ts';
import { readJson } from './json-text.ts';
import type { Route } from './route.ts';

const largestBody = 1_048_576;

/** A call with its body read whole. Rejects with 413. */
export const wholeCall = async (call: ArrivingCall): Promise<Call> => ({
  ...call,
  body: call.body instanceof Uint8Array ? call.body : await wholeBody(call.body, { largest: largestBody }),
});

const wrong = (status: number, error: z.ZodError, part: string): AppError => {
  const details = issueDetails(error, part);
  const message = `The ${part} of the request is not as it should be; see the details.`;
  return new AppError(status, 'invalid_request', message, { details });
};

/** Parses a part of the request. A path, query or header that is wrong answers 400, a body 422. */
export const parsePart = <T extends z.ZodType>(
  schema: T,
  value: unknown,
  part: 'path' | 'query' | 'body',
): z.output<T> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw wrong(part === 'body' ? 422 : 400, parsed.error, part);
  return parsed.data;
};

/** A query or a form as a plain object. A name that comes twice has a list, which a schema takes only where it says so. */
export const queryValues = (query: string): Record<string, string | string[]> => {
  const groups = Map.groupBy(new URLSearchParams(query), ([name]) => name);
  return Object.fromEntries(
    [...groups].map(([name, pairs]) => {
      const [first = '', ...more] = pairs.map(([, value]) => value);
      return [name, more.length > 0 ? [first, ...more] : first] as const;
    }),
  );
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const text = ({ body }: Call): string => {
  if (body && body.byteLength > largestBody) {
    throw new AppError(413, 'body_too_large', `The body is larger than ${String(largestBody)} bytes.`);
  }
  try {
    return utf8.decode(body);
  } catch {
    throw new AppError(400, 'invalid_body', 'The body is not UTF-8.');
  }
};

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** Many clients send an empty object where there is nothing to send: where a route takes no body, it is none. */
const json = (route: Route, call: Call): unknown => {
  const content = text(call);
  if (content.trim() === '') return undefined;
  const value = readJson(content, route.mostValues);
  return isEmpty(value) && route.request.body.safeParse(undefined).success ? undefined : value;
};

/** The body as the route reads it. */
export const bodyValue = (route: Route, call: Call): unknown => {
  switch (route.consumes) {
    case 'json':
      return json(route, call);
    case 'form':
      return queryValues(text(call));
    case 'bytes':
      return undefined;
  }
};

const printable = /^[\x21-\x7e]{1,255}$/;

/** A header that is a short word, such as an ETag or an idempotency key; undefined when it is not sent. */
export const wordHeader = (call: Pick<ArrivingCall, 'headers'>, name: string): string | undefined => {
  const value = headerOf(call, name)?.trim();
  if (value === undefined || printable.test(value)) return value;
  throw new AppError(
    400,
    'invalid_request',
    'A header of the request is not as it should be; see the details.',
    {
      details: [
        { path: `headers.${name}`, message: 'Expected 1 to 255 printable ASCII characters without spaces.' },
      ],
    },
  );
};
