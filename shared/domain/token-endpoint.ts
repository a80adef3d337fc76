import { HttpFailure, type Deps, type IncomingResponse } from '../ports.ts';
import type { TokenAnswer } from '../protocols/oauth2/judge.ts';
import type { TokenRequest } from '../protocols/oauth2/token-request.ts';

/** A call once sent is not given up early: that would make a slow success an unknown outcome. */
export const callTimeout = 60_000;
const largest = 1_048_576;

const header = ({ headers }: IncomingResponse, name: string): string | undefined =>
  headers.find(([known]) => known.toLowerCase() === name)?.[1];

const readBody = async ({ body }: IncomingResponse): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > largest) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Sends a request to a token endpoint and reads the answer whole, up to 1 MB. Rejects as the `Http` port does. */
export const callTokenEndpoint = async (
  { http }: Pick<Deps, 'http'>,
  request: TokenRequest,
): Promise<TokenAnswer> => {
  // Headers in time and a body that drips would outlast every lease.
  const signal = AbortSignal.timeout(callTimeout);
  const response = await http.send({ ...request, timeoutMilliseconds: callTimeout, signal });
  const body = await readBody(response).catch((cause: unknown) => {
    throw new HttpFailure('reset', true, { cause });
  });
  return {
    status: response.status,
    contentType: header(response, 'content-type') ?? '',
    retryAfter: header(response, 'retry-after'),
    body,
  };
};
