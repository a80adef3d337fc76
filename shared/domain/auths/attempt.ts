import { AppError } from '../../errors.ts';
import { HttpFailure, type Deps } from '../../ports.ts';
import { judgeTokenAnswer, type TokenAnswer } from '../../protocols/oauth2/judge.ts';
import { refreshRequest } from '../../protocols/oauth2/token-request.ts';
import { clientSecretOf } from '../services/client-secret.ts';
import type { Service } from '../services/service.ts';
import { callTokenEndpoint, callTimeout } from '../token-endpoint.ts';
import { newVersion } from '../vault-version.ts';
import type { Attempt, Auth } from './auth.ts';
import { keepSurely, lineageOf, loadCredential, openCredential, type Credential } from './credential.ts';

/** Longer than the call and what is done with its answer, so that a lease ends only when its holder is gone. */
const leaseMilliseconds = callTimeout + 30_000;
const commitMilliseconds = 10_000;

/** What came of a try to renew. `unknown`: the provider may have spent the refresh token without our hearing of it. */
export type Outcome =
  | { readonly kind: 'renewed'; readonly credential: Credential }
  | { readonly kind: 'unknown'; readonly code: string }
  | { readonly kind: 'nothing_to_renew_with' }
  | {
      readonly kind: 'terminal' | 'client' | 'transient';
      readonly code: string;
      readonly retryAfter?: string | undefined;
    };

/** A lease and the intent to spend the refresh token, to be written in one (design, section 8). */
export const newAttempt = (deps: Deps, auth: Auth): Attempt => ({
  id: newVersion(deps.random),
  until: deps.clock.now() + leaseMilliseconds,
  spends: auth.credential.lineage ?? '',
  again: auth.attempt !== undefined,
});

interface Spend {
  readonly auth: Auth;
  readonly service: Service;
  readonly attempt: Attempt;
}

const prepare = async (deps: Deps, { auth, service }: Spend) => {
  const { auth: definition } = service.definition;
  if (definition.type !== 'oauth2') return undefined;
  const held = await loadCredential(deps, auth, auth.credential.version);
  // The auth points to it, so it was kept: a vault that does not find it may do so later.
  if (!held) throw new Error('The vault does not find the credential of an auth.');
  const opened = openCredential(held, service);
  const refreshToken = opened?.refreshToken;
  if (!opened || !refreshToken) return undefined;
  const clientSecret = await clientSecretOf(deps, service);
  const request = await refreshRequest({ definition, fields: opened.fields, clientSecret, refreshToken });
  return { definition, request, fields: opened.fields, refreshToken };
};

const send = async (
  deps: Deps,
  request: Parameters<typeof callTokenEndpoint>[1],
): Promise<TokenAnswer | Outcome> => {
  try {
    return await callTokenEndpoint(deps, request);
  } catch (error) {
    if (error instanceof HttpFailure)
      return { kind: error.sent ? 'unknown' : 'transient', code: error.reason };
    return { kind: 'transient', code: 'request_refused' };
  }
};

type Prepared = NonNullable<Awaited<ReturnType<typeof prepare>>>;

/** Keeps a good answer first and judges it after. What could not be kept is an outcome that nobody knows. */
const keepAndJudge = async (
  deps: Deps,
  { auth, attempt }: Spend,
  { answer, prepared }: { answer: TokenAnswer; prepared: Prepared },
): Promise<Outcome> => {
  const carried = prepared.refreshToken.reveal();
  const grant = { from: 'answer', answer, receivedAt: deps.clock.now(), carried } as const;
  const credential: Credential = { fields: prepared.fields, grant };
  try {
    const good = answer.status >= 200 && answer.status < 300;
    if (good) await keepSurely(deps, auth, { version: attempt.id, credential });
  } catch {
    return { kind: 'unknown', code: 'answer_not_kept' };
  }
  const verdict = judgeTokenAnswer(answer, prepared.definition);
  return verdict.kind === 'tokens' ? { kind: 'renewed', credential } : verdict;
};

/** Spends the refresh token under a lease: one call, its good answer kept whole, then judged. Moves no pointer. */
export const spendRefreshToken = async (deps: Deps, spend: Spend): Promise<Outcome> => {
  const { attempt } = spend;
  let prepared: Prepared | undefined;
  try {
    prepared = await prepare(deps, spend);
  } catch {
    return { kind: 'transient', code: 'credential_unreadable' };
  }
  if (!prepared || lineageOf(prepared.refreshToken) !== attempt.spends)
    return { kind: 'nothing_to_renew_with' };
  if (deps.clock.now() + callTimeout + commitMilliseconds > attempt.until)
    return { kind: 'transient', code: 'too_slow' };
  const answer = await send(deps, prepared.request);
  return 'kind' in answer ? answer : keepAndJudge(deps, spend, { answer, prepared });
};

/** What a call answers when its auth cannot be renewed now and its token is over. */
export const renewalFailed = (code: string): AppError =>
  new AppError(
    502,
    'refresh_failed',
    `The provider did not renew the token (${code}). Latchkey goes on trying; repeat the call later.`,
  );
