import { validateHeaderName, validateHeaderValue, type IncomingMessage } from 'node:http';
import { EgressRefused, type OutgoingRequest } from '#shared/ports.ts';
import type { Target } from './target.ts';

/** Fields that belong to one connection (RFC 9110 section 7.6.1) or frame the message: this side writes its own. */
const ownFields = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Methods for which the absence of a body needs no `Content-Length: 0` (RFC 9110 section 8.6). */
const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

const validate = ([name, value]: readonly [string, string]) => {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new EgressRefused('A header of the request holds characters that HTTP does not carry.');
  }
};

/** A foreign Host could lead a shared front end to another customer's site, together with the credential. */
const checkHost = (values: readonly string[], { url, port }: Target) => {
  const own = [url.host, `${url.hostname}:${port}`];
  if (values.length > 1 || values.some((value) => !own.includes(value.toLowerCase()))) {
    throw new EgressRefused(`The Host header of the request does not agree with ${url.hostname}.`);
  }
};

/**
 * Names and values in turn, as they go over the wire: the caller's in their order, besides them Host and Content-Length
 * where HTTP/1.1 needs them, or `Transfer-Encoding` for a body of unknown length. Throws `EgressRefused` for what cannot be sent.
 */
export const outgoingHeaders = (
  request: OutgoingRequest,
  target: Target,
  length: number | 'unknown',
): string[] => {
  request.headers.forEach(validate);
  const named = (wanted: string) => request.headers.filter(([name]) => name.toLowerCase() === wanted);
  const hosts = named('host').map(([, value]) => value);
  checkHost(hosts, target);
  const given = request.headers.filter(([name]) => !ownFields.has(name.toLowerCase()));
  const framed = length !== 0 || !bodiless.has(request.method.toUpperCase());
  const frame = length === 'unknown' ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(length)];
  return [
    ...(hosts.length === 0 ? ['Host', target.url.host] : []),
    ...given.flat(),
    ...(framed ? frame : []),
  ];
};

/**
 * Every header field of an answer, repeats included, with its name in lower case. But for the length of a 204, which has none
 * (RFC 9110 §8.6): whoever behind us believed it would take the next answer for its body.
 */
export const incomingHeaders = ({
  rawHeaders,
  statusCode,
}: Pick<IncomingMessage, 'rawHeaders' | 'statusCode'>): readonly (readonly [string, string])[] =>
  rawHeaders
    .flatMap((name, index) =>
      index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
    )
    .filter(([name]) => statusCode !== 204 || name !== 'content-length');
