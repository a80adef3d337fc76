import type * as z from 'zod';
import { AppError, issueDetails } from '../errors.ts';
import { headerOf, type Call } from './http.ts';
import type { Route } from './route.ts';

const largestBody = 1_048_576;

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

/** A query as a plain object; a name that comes twice has a list, which no schema of ours takes. */
export const queryValues = (query: string): Record<string, string | string[]> => {
  const params = new URLSearchParams(query);
  const entries = [...new Set(params.keys())].map((name) => {
    const [first = '', ...more] = params.getAll(name);
    return [name, more.length > 0 ? [first, ...more] : first] as const;
  });
  return Object.fromEntries(entries);
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

const json = (call: Call): unknown => {
  const content = text(call);
  if (content.trim() === '') return undefined;
  try {
    return JSON.parse(content);
  } catch {
    throw new AppError(400, 'invalid_json', 'The body is not JSON.', {
      details: [{ path: 'body', message: 'Expected a JSON document (RFC 8259).' }],
    });
  }
};

/** The body as the route reads it. */
export const bodyValue = (route: Route, call: Call): unknown => {
  switch (route.consumes) {
    case 'json':
      return json(call);
    case 'form':
      return Object.fromEntries(new URLSearchParams(text(call)));
    case 'bytes':
      return undefined;
  }
};

const printable = /^[\x21-\x7e]{1,255}$/;

/** A header that is a short word, such as an ETag or an idempotency key; undefined when it is not sent. */
export const wordHeader = (call: Call, name: string): string | undefined => {
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
