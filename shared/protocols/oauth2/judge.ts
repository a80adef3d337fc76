import { busy } from '../busy.ts';
import * as z from 'zod';
import { valueAt } from '../answer-path.ts';
import { describedIn } from '../described.ts';
import type { ProviderAnswer, Refusal, Verdict } from '../protocol.ts';
import { neededSecrets } from './needed-secrets.ts';
import { clientIsPerAuth } from './client.ts';
import type { OAuth2Definition } from './definition.ts';
import { grantedBy } from './granted.ts';
import { readAnswer } from './read-answer.ts';
import { ofTheDefinition, ofTheSecret, refusals } from './refusals.ts';

const unreadable = 'unreadable_answer';

const kinds = new Map(refusals.map(({ says, kind }) => [says, kind]));

const ErrorCode = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^[\w.:-]{1,100}$/));

/** The code of an error, which some providers put inside an object; one of another form is not repeated. */
const codeOf = (error: unknown): string =>
  ErrorCode.safeParse(error).data ??
  ErrorCode.safeParse(valueAt(error, 'code')).data ??
  ErrorCode.safeParse(valueAt(error, 'type')).data ??
  unreadable;

/** How providers write that there was no error. */
const noError: readonly unknown[] = [undefined, null, false, '', 0, '0'];

const kindOf = (code: string, status: number): Refusal['kind'] =>
  kinds.get(code) ?? (status === 401 ? 'client' : 'transient');

/** What the definition says of a code, which counts before all that is commonly so. */
const ownKind = ({ tokenResponse: { errors } }: OAuth2Definition, code: string | undefined) =>
  code !== undefined && Object.hasOwn(errors, code) ? errors[code] : undefined;

/** Nobody was asked for a grant by client credentials (RFC 6749 §4.4): it is the application that is denied. */
const commonKind = (code: string, status: number, { grant }: OAuth2Definition): Refusal['kind'] =>
  code === 'access_denied' && grant === 'client_credentials' ? 'client' : kindOf(code, status);

const judgeAnswer = (answer: ProviderAnswer, definition: OAuth2Definition): Verdict => {
  const { status, retryAfter } = answer;
  const content = readAnswer(answer);
  const error = valueAt(content, definition.tokenResponse.error);
  const code = noError.includes(error) ? undefined : codeOf(error);
  const own = ownKind(definition, code);
  if (code !== undefined && own !== undefined) return { kind: own, code, retryAfter };
  if (busy(status)) {
    const told = code === undefined || code === unreadable ? `http_${String(status)}` : code;
    return { kind: 'transient', code: told, retryAfter };
  }
  if (status >= 300 && status < 400) return { kind: 'transient', code: 'unexpected_redirect', retryAfter };
  if (code !== undefined) return { kind: commonKind(code, status, definition), code, retryAfter };
  const granted = content && status >= 200 && status < 300 ? grantedBy(content, definition) : undefined;
  return granted
    ? { kind: 'granted', granted }
    : { kind: kindOf(unreadable, status), code: unreadable, retryAfter };
};

/**
 * Judges a token endpoint's answer. Pure: the same answer always means the same. Where each auth brings its own client, a
 * client that is refused ends that auth and says nothing of the others.
 */
export const judgeTokenAnswer = (answer: ProviderAnswer, definition: OAuth2Definition): Verdict => {
  const verdict = judgeAnswer(answer, definition);
  if (verdict.kind === 'granted') return verdict;
  const ownFault =
    verdict.kind === 'client' && clientIsPerAuth(definition) && !ofTheDefinition.includes(verdict.code);
  const description = describedIn(readAnswer(answer), definition.tokenResponse.errorDescription);
  return { ...verdict, description, ...(ownFault && { kind: 'terminal' }) };
};

/**
 * Whether an answer refuses the secret of the client: by a code of the table, by one that the definition says it of, or by 401
 * (RFC 6749 §5.2). Nothing was spent then. False where the client proves itself by something else, or each auth brings its own.
 */
export const refusesSecret = (answer: ProviderAnswer, definition: OAuth2Definition): boolean => {
  if (!neededSecrets(definition).includes('clientSecret')) return false;
  const verdict = judgeTokenAnswer(answer, definition);
  if (verdict.kind !== 'client') return false;
  const own = ownKind(definition, verdict.code) === 'client';
  return own || answer.status === 401 || ofTheSecret.includes(verdict.code);
};
