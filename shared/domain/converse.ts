import type { Deps, IncomingResponse } from '../ports.ts';
import type {
  Conversation,
  ProviderAnswer,
  ProviderRequest,
  Refusal,
  Values,
} from '../protocols/protocol.ts';
import { readText } from './read-text.ts';

/** A call once sent is not given up early: that would make a slow success an unknown outcome. */
export const callTimeout = 60_000;
const largest = 1_048_576;

const header = ({ headers }: IncomingResponse, name: string): string | undefined =>
  headers.find(([known]) => known.toLowerCase() === name)?.[1];

interface SendOptions {
  readonly signal: AbortSignal;
  readonly answerHeaders?: readonly string[] | undefined;
}

/** Sends one request to a provider and reads the answer whole, up to 1 MB. Rejects as the `Http` port does. */
export const ask = async (
  { http }: Pick<Deps, 'http'>,
  request: ProviderRequest,
  { signal, answerHeaders = [] }: SendOptions,
): Promise<ProviderAnswer> => {
  const response = await http.send({ ...request, timeoutMilliseconds: callTimeout, signal });
  const body = await readText(response, largest);
  const wanted = response.headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => answerHeaders.includes(name));
  return {
    status: response.status,
    contentType: header(response, 'content-type') ?? '',
    retryAfter: header(response, 'retry-after'),
    ...(wanted.length > 0 && { headers: wanted }),
    body,
  };
};

/** The last answer of a conversation, and what is kept beside it. */
export interface Heard {
  readonly kind: 'heard';
  readonly answer: ProviderAnswer;
  readonly metadata: Values;
}

/** Speaks with a provider until its last answer, which is not judged here. Rejects as the `Http` port does. */
export const converse = async (
  deps: Pick<Deps, 'http'>,
  conversation: Conversation,
): Promise<Heard | Refusal> => {
  // Headers in time and a body that drips would outlast every lease.
  const signal = AbortSignal.timeout(callTimeout);
  let turn = conversation;
  for (;;) {
    const answer = await ask(deps, turn.request, { signal, answerHeaders: turn.answerHeaders });
    if (!turn.next) return { kind: 'heard', answer, metadata: turn.metadata ?? {} };
    const next = await turn.next(answer);
    if ('kind' in next) return next;
    turn = next;
  }
};
