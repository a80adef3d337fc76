import type { Deps, IncomingResponse } from '../ports.ts';
import type {
  Conversation,
  ProviderAnswer,
  ProviderRequest,
  Refusal,
  Values,
} from '../protocols/protocol.ts';
import { readText } from './read-text.ts';
import type { Tries } from './services/next-secret.ts';

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
  /** Whether it answers the call with the next client secret, the present one having been refused. */
  readonly byNext?: boolean;
}

/** Speaks with a provider until its last answer, which is not judged here. Rejects as the `Http` port does. */
const converse = async (deps: Pick<Deps, 'http'>, conversation: Conversation): Promise<Heard | Refusal> => {
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

interface InTurn {
  /** Whether an answer refuses the client secret: then nothing was spent. */
  readonly refusesSecret: ((answer: ProviderAnswer) => boolean) | undefined;
  /** Until when the second call must have ended, if it is to be made. Milliseconds since 1970. */
  readonly until: number;
}

/**
 * The same where a service has two client secrets: with the present one, and once more with the next one when the provider
 * refuses that (RFC 6749 §5.2) and time is left. What the second call ends in counts. Rejects as the `Http` port does.
 */
export const converseInTurn = async (
  deps: Pick<Deps, 'http' | 'clock'>,
  { conversation, withNext }: Tries,
  { refusesSecret, until }: InTurn,
): Promise<Heard | Refusal> => {
  const heard = await converse(deps, conversation);
  if (!withNext || heard.kind !== 'heard' || !refusesSecret?.(heard.answer)) return heard;
  // A next secret that no request can be made of is as good as none.
  const next = await withNext().catch(() => undefined);
  if (!next || deps.clock.now() + callTimeout > until) return heard;
  const again = await converse(deps, next);
  return again.kind === 'heard' ? { ...again, byNext: true } : again;
};
