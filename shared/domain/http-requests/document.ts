import * as z from 'zod';
import { AuthId } from '../../ids.ts';
import { httpToken, sendableMethod } from '../../protocols/http-token.ts';
import { AcceptStatus } from './accept-status.ts';
import { FollowRedirects } from './follow-redirects.ts';
import { Headers, names, NameValues } from './pairs.ts';
import { RequestBody } from './request-body.ts';

/** The parser of URLs drops some control characters in silence; a fragment stays with whoever reads the answer. */
const Target = z
  .string()
  .max(20_000)
  .regex(/^[^\p{Cc}]*$/u, 'Expected no control characters: percent-encode them.')
  .refine((text) => !text.includes('#'), 'A fragment is never sent: leave it out, or write # as %23.');

/** RFC 9110 §9.1. */
const Method = z
  .string()
  .max(40)
  .regex(httpToken, { error: 'Expected a method, such as GET.', abort: true })
  .refine(sendableMethod, 'TRACE and CONNECT are not sent.');

const members = {
  method: Method.default('GET'),
  path: Target.optional(),
  url: Target.optional(),
  queries: NameValues.default([]),
  headers: Headers.default([]),
  body: RequestBody.default({ kind: 'none' }),
  acceptStatus: AcceptStatus.optional(),
  followRedirects: FollowRedirects.optional(),
  // The API itself answers within 30 seconds.
  timeoutSeconds: z.number().min(0.1).max(28).optional(),
  retries: z.int().min(0).max(5).optional(),
  answer: z.enum(['parsed', 'raw']).default('parsed'),
};

/**
 * A call of a service as one document. `path` is below the base URL and may bring a query; `url` is a whole URL within the
 * service; with neither, the base URL is called.
 */
export const HttpRequest = z
  .strictObject({ authId: AuthId, ...members })
  .refine(({ path, url }) => path === undefined || url === undefined, {
    path: ['url'],
    message: 'Say path or url, not both.',
  })
  .refine(({ body, headers }) => body.kind !== 'multipart' || !names(headers, 'content-type'), {
    path: ['headers'],
    message: 'Leave out Content-Type: a multipart body brings its own, which names its boundary.',
  });
export type HttpRequest = z.output<typeof HttpRequest>;

/** What a caller would send. */
export type HttpRequestInput = z.input<typeof HttpRequest>;
