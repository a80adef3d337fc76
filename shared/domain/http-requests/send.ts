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

const tooLarge = () =>
  new AppError(
    502,
    'answer_too_large',
    'The answer of the service is larger than the 6 MB that can pass here, escapes and all. Send the call to /v1/proxy at the streaming URL of the deployment instead.',
  );

const brokeOff = () =>
  new AppError(
    502,
    'upstream_broke_off',
    'The service broke off in the middle of its answer. Repeat the call if it may be repeated.',
  );

const collect = async (body: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
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
  if (size > largest) throw tooLarge();
  return Buffer.concat(chunks);
};

/** The platform writes our answer as a text inside of JSON, so that what is escaped in it is escaped again. */
const fits = (answer: HttpAnswer, size: number): boolean =>
  size <= surelyFits ||
  answer.bodyKind === 'base64' ||
  Buffer.byteLength(JSON.stringify(JSON.stringify(answer))) <= largestAnswer;

const shown = async (answer: ProxyAnswer, how: HttpRequest['answer']): Promise<HttpAnswer> => {
  const bytes = await collect(answer.body);
  const read = readAnswer(answer, bytes, how);
  if (!fits(read, bytes.byteLength)) throw tooLarge();
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

/** An answer, the auth that it was asked with, and what of the document was not done. */
interface Sent {
  readonly response: HttpAnswer;
  readonly authId: string;
  readonly serviceId: string | undefined;
  readonly warnings: readonly string[];
}

interface SendInput {
  readonly actor: Actor;
  readonly workspaceId: string;
  readonly request: HttpRequest;
  /** Ends the call when nobody waits for it any more, or no longer can. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a call that a document describes, with an auth of the workspace. Rejects as `proxyCall` does; with 502
 * `unaccepted_status`, which holds the answer, for a status that the document does not accept; and with 502
 * `answer_too_large` or `upstream_broke_off`.
 */
export const sendHttpRequest = async (
  deps: Deps,
  { actor, workspaceId, request, signal }: SendInput,
): Promise<Sent> => {
  const { authId, acceptStatus } = request;
  const answer = await proxyCall(deps, {
    ...outgoingOf(deps, request),
    // The auth has to be of the workspace in the path, whatever else the caller may see.
    actor: { ...actor, workspaceId },
    authId,
    signal,
  });
  const response = await shown(answer, request.answer);
  if (!accepts(acceptStatus, response.status)) throw unaccepted(response);
  const { auth } = answer;
  return { response, authId: auth.id, serviceId: auth.serviceId, warnings: leftOut(request.headers) };
};
