import { AppError, invalid } from '../../errors.ts';
import { EgressRefused, HttpFailure, type Deps, type IncomingResponse } from '../../ports.ts';
import { discoveryUrls, draftFromMetadata } from '../../protocols/describe/discovery.ts';
import type { Drafted } from '../../protocols/describe/draft.ts';
import { checkLimits, UnreadableDocument } from '../../protocols/describe/limits.ts';
import { member } from '../../protocols/describe/node.ts';

type Ports = Pick<Deps, 'http' | 'settings'>;

/** In milliseconds, for the whole answer. */
const patience = 10_000;
const largestAnswer = 1_048_576;

const unreachable = (message: string, cause?: unknown) =>
  new AppError(422, 'discovery_unreachable', message, { cause });

const unreadable = (message: string, cause?: unknown) =>
  new AppError(422, 'discovery_unreadable', message, { cause });

const asUnreachable = (error: unknown): unknown => {
  if (error instanceof EgressRefused)
    return unreachable(
      'The address of the issuer is one that this product must not call. Give the address that it has on the Internet.',
      error,
    );
  if (error instanceof HttpFailure)
    return unreachable(
      'The issuer did not answer within 10 seconds, or broke off. Check its address and try again.',
      error,
    );
  return error;
};

const bytesOf = async ({ body }: IncomingResponse): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > largestAnswer) throw unreadable('The answer of the issuer is larger than 1 MB.');
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : new HttpFailure('reset', true, { cause });
  }
  return Buffer.concat(chunks);
};

const get = async ({ http }: Ports, url: string): Promise<{ status: number; text: string }> => {
  const response = await http.send({
    method: 'GET',
    url,
    headers: [
      ['accept', 'application/json'],
      ['accept-encoding', 'identity'],
    ],
    timeoutMilliseconds: patience,
    // Headers in time and a body that drips would hold the caller for ever.
    signal: AbortSignal.timeout(patience),
  });
  return { status: response.status, text: (await bytesOf(response)).toString('utf8') };
};

const statusAdvice = (status: number): string =>
  status >= 300 && status < 400
    ? `The issuer answered with a redirect (${status}), which is not followed: give the address that it leads to.`
    : `The issuer answered ${status} where its metadata should be. Check that it is written as the provider writes it.`;

/** The first of the places where the metadata may stand that answers with 200. Rejects as `discoverService` does. */
export const fetchMetadata = async (deps: Ports, issuer: string): Promise<string> => {
  const statuses: number[] = [];
  for (const url of discoveryUrls(issuer)) {
    const { status, text } = await get(deps, url).catch((error: unknown) => {
      throw asUnreachable(error);
    });
    if (status === 200) return text;
    statuses.push(status);
  }
  const told = statuses.find((status) => status >= 300 && status < 400) ?? statuses[0] ?? 0;
  throw unreadable(statusAdvice(told));
};

const parseMetadata = (issuers: readonly string[], text: string): Drafted => {
  try {
    const metadata: unknown = JSON.parse(text);
    const told = member(metadata, 'issuer');
    const issuer = issuers.find((one) => one === told) ?? issuers[0] ?? '';
    return draftFromMetadata(issuer, checkLimits(metadata));
  } catch (cause) {
    const why = cause instanceof UnreadableDocument ? cause.message : 'The answer of the issuer is no JSON.';
    throw unreadable(why, cause);
  }
};

/** Why an issuer cannot be asked for its metadata; undefined when it can. */
export const issuerProblem = (issuer: string, plainHttp: boolean): string | undefined => {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (!url || /[\s\\\p{Cc}]/u.test(issuer) || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return 'Expected a URL such as https://login.acme.example.';
  if (url.protocol === 'http:' && !plainHttp) return 'Expected a URL that begins with https://.';
  if (/[?#]/.test(issuer)) return 'An issuer has no query and no fragment (RFC 8414 §2).';
  if (url.username !== '' || url.password !== '') return 'An issuer holds no user name or password.';
  return undefined;
};

/**
 * Drafts a service from the metadata of an issuer, which must call itself by the name asked for, or by the other one given.
 * Rejects with 422: `invalid_request`, `discovery_unreachable` or `discovery_unreadable`.
 */
export const discoverService = async (deps: Ports, issuer: string, alsoCalled?: string): Promise<Drafted> => {
  const problem = issuerProblem(issuer, deps.settings.plainHttp);
  if (problem !== undefined)
    throw invalid('invalid_request', 'The issuer cannot be used.', [
      { path: 'body.issuer', message: problem },
    ]);
  const issuers = alsoCalled === undefined ? [issuer] : [issuer, alsoCalled];
  return parseMetadata(issuers, await fetchMetadata(deps, issuer));
};
