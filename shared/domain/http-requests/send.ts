import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { proxyCall, type ProxyAnswer } from '../proxy/call.ts';
import { onwardHeaders } from '../proxy/headers.ts';
import { accepts } from './accept-status.ts';
import type { HttpAnswer } from './answer.ts';
import type { HttpRequest } from './document.ts';
import { outgoingOf } from './outgoing.ts';
import type { Pairs } from './pairs.ts';
import { readAnswer } from './read-answer.ts';

/** Lambda answers 6 MB at the most, and base 64 makes three bytes of a body four. */
const largest = 4_400_000;
const largestAnswer = 6_000_000;
/** Below this nothing grows beyond it: a character is written with at most seven bytes. */
const surelyFits = 800_000;

const instead = ({ settings: { streamingUrl = 'the streaming URL of the deployment' } }: Deps): string =>
  `send the call to /v1/proxy at ${streamingUrl}.`;

const tooLarge = (deps: Deps): AppError =>
  new AppError(
    413,
    'answer_too_large',
    `The answer of the service is larger than the 6 MB that can pass here, escapes and all: ${instead(deps)}`,
  );

/** The error of a call, with what to do about it where its time was over. */
const withAdvice = (deps: Deps, error: unknown): unknown =>
  error instanceof AppError && error.code === 'upstream_timeout'
    ? new AppError(
        error.status,
        error.code,
        `${error.message} The API waits 30 seconds at the most: for more ${instead(deps)}`,
      )
    : error;

const brokeOff = () =>
  new AppError(
    502,
    'upstream_broke_off',
    'The service broke off in the middle of its answer. Repeat the call if it may be repeated.',
  );

const collect = async (deps: Deps, body: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > largest) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AppError ? error : brokeOff();
  }
  if (size > largest) throw tooLarge(deps);
  return Buffer.concat(chunks);
};

/** The platform writes our answer as a text inside of JSON, so that what is escaped in it is escaped again. */
const fits = (answer: HttpAnswer, size: number): boolean =>
  size <= surelyFits ||
  answer.bodyKind === 'base64' ||
  Buffer.byteLength(JSON.stringify(JSON.stringify(answer))) <= largestAnswer;

const shown = async (deps: Deps, answer: ProxyAnswer, how: HttpRequest['answer']): Promise<HttpAnswer> => {
  const bytes = await collect(deps, answer.body);
  const read = readAnswer(answer, bytes, how);
  if (!fits(read, bytes.byteLength)) throw tooLarge(deps);
  return read;
};

/** What whoever sends writes itself, or is about the way to us, does not go on (`proxy/headers.ts`). */
const leftOut = (headers: Pairs): readonly string[] => {
  const onward = new Set(onwardHeaders(headers).map(([name]) => name));
  return [...new Set(headers.map(([name]) => name).filter((name) => !onward.has(name)))].map(
    (name) =>
      `The header ${name} was left out: it is written by whoever sends, or holds what only Latchkey sets.`,
  );
};

const unaccepted = (response: HttpAnswer): AppError =>
  new AppError(
    502,
    'unaccepted_status',
    `The service answered ${String(response.status)}, which acceptStatus does not name. Its answer is in response.`,
    { besides: { response } },
  );

interface Send {
  readonly actor: Actor;
  readonly workspaceId: string;
  readonly request: HttpRequest;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer, the auth that it was asked with, and what of the document was not done. */
interface Sent {
  readonly response: HttpAnswer;
  readonly authId: string;
  readonly serviceId: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * Makes a call that a document describes, with an auth of the workspace. Rejects as `proxyCall` does; with 502
 * `unaccepted_status`, which holds the answer, for a status that the document does not accept; with 502 `upstream_broke_off`, and
 * with 413 `answer_too_large`.
 */
export const sendHttpRequest = async (
  deps: Deps,
  { actor, workspaceId, request, signal }: Send,
): Promise<Sent> => {
  const { authId, acceptStatus } = request;
  const answer = await proxyCall(deps, {
    ...outgoingOf(deps, request),
    signal,
    // The auth has to be of the workspace in the path, whatever else the caller may see.
    actor: { ...actor, workspaceId },
    authId,
  }).catch((error: unknown) => {
    throw withAdvice(deps, error);
  });
  const response = await shown(deps, answer, request.answer);
  if (!accepts(acceptStatus, response.status)) throw unaccepted(response);
  const { auth } = answer;
  return { response, authId: auth.id, serviceId: auth.serviceId, warnings: leftOut(request.headers) };
};
