import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ByteStream } from '#shared/ports.ts';

/** As Lambda has it: what is larger never reaches a function. */
const largestBody = 6 * 1024 * 1024;

/** The body of a request; undefined when it is larger than Lambda takes. */
export const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  const incoming: AsyncIterable<Buffer> = request;
  for await (const bytes of incoming) {
    size += bytes.byteLength;
    if (size <= largestBody) chunks.push(bytes);
  }
  return size <= largestBody ? Buffer.concat(chunks) : undefined;
};

/** As the platform gives them: names in lower case and once, repeats joined; none is dropped, as Node would drop some. */
const headersOf = ({ rawHeaders }: IncomingMessage): Record<string, string> => {
  const all = new Map<string, string>();
  for (const [index, text] of rawHeaders.entries()) {
    const name = text.toLowerCase();
    if (index % 2 === 1 || name === 'cookie') continue;
    const value = rawHeaders[index + 1] ?? '';
    const before = all.get(name);
    all.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(all);
};

/** As AWS has it, but for a body that streams: that stands in the event itself. */
const bodyOf = (body: Buffer | ByteStream) => {
  if (!Buffer.isBuffer(body)) return { body };
  return body.byteLength > 0 ? { body: body.toString('base64'), isBase64Encoded: true } : {};
};

/** The event that API Gateway makes of a request (HTTP API, payload format 2.0). */
export const httpEvent = (request: IncomingMessage, body: Buffer | ByteStream) => {
  const [rawPath = '/', ...query] = (request.url ?? '/').split('?');
  const method = request.method ?? 'GET';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query.join('?'),
    headers: headersOf(request),
    cookies: request.headers.cookie?.split('; ') ?? [],
    ...bodyOf(body),
    requestContext: {
      requestId: randomUUID(),
      http: { method, path: rawPath, sourceIp: request.socket.remoteAddress },
    },
  };
};
