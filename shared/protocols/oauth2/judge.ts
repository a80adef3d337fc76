import { busy } from '../busy.ts';
import * as z from 'zod';
import { valueAt } from '../answer-path.ts';
import { describedIn } from '../described.ts';
import type { ProviderAnswer, Refusal, Verdict } from '../protocol.ts';
import { clientIsPerAuth } from './client.ts';
import type { OAuth2Definition } from './definition.ts';
import { grantedBy } from './granted.ts';
import { readAnswer } from './read-answer.ts';

const unreadable = 'unreadable_answer';

/** Why a refusal is of its kind. A code that is not here is taken by its status. */
const refusals = new Map<string, Refusal['kind']>([
  ['invalid_grant', 'terminal'], // RFC 6749 §5.2: the refresh token or code is over, revoked, or was issued to another
  ['invalid_client', 'client'], // §5.2: client authentication failed; no grant is at fault
  ['unauthorized_client', 'client'], // §5.2: the application may not use this grant type
  ['invalid_request', 'client'], // §5.2: the definition makes a request that the provider does not take
  ['unsupported_grant_type', 'client'], // §5.2: the same
  ['invalid_scope', 'client'], // §5.2: the definition asks for what the application may not have
  ['invalid_target', 'client'], // RFC 8707 §2: the same of `resource`
  ['temporarily_unavailable', 'transient'],
  ['server_error', 'transient'],
  // OpenID Connect Core 3.1.2.6: only the person can go on. Seen at token endpoints when a policy changed.
  ['interaction_required', 'terminal'],
  ['login_required', 'terminal'],
  ['consent_required', 'terminal'],
  // What providers of their own words say for invalid_grant, also with status 200 …
  ['bad_verification_code', 'terminal'],
  ['bad_refresh_token', 'terminal'],
  ['invalid_refresh_token', 'terminal'],
  ['invalid_code', 'terminal'],
  ['code_already_used', 'terminal'],
  ['code_expired', 'terminal'],
  ['expired_token', 'terminal'],
  ['token_expired', 'terminal'],
  ['token_revoked', 'terminal'],
  // … and for invalid_client.
  ['incorrect_client_credentials', 'client'],
  ['invalid_client_id', 'client'],
  ['bad_client_secret', 'client'],
  ['invalid_client_secret', 'client'],
  ['redirect_uri_mismatch', 'client'],
  ['bad_redirect_uri', 'client'],
]);

/** The definition is at fault in these, whoever the client is. */
const ofTheDefinition = ['invalid_request', 'unsupported_grant_type'];

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
  refusals.get(code) ?? (status === 401 ? 'client' : 'transient');

/** What the definition says of a code, which counts before all that is commonly so. */
const ownKind = ({ tokenResponse: { errors } }: OAuth2Definition, code: string | undefined) =>
  code !== undefined && Object.hasOwn(errors, code) ? errors[code] : undefined;

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
  if (code !== undefined) return { kind: kindOf(code, status), code, retryAfter };
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
