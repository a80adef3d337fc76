import { EgressRefused, HttpFailure, type Deps } from '../../ports.ts';
import { judgeTokenAnswer, type TokenAnswer } from '../../protocols/oauth2/judge.ts';
import type { OAuth2Definition } from '../../protocols/oauth2/definition.ts';
import { codeRequest } from '../../protocols/oauth2/token-request.ts';
import { UnusableUrl } from '../../protocols/url-template.ts';
import type { Secret } from '../../secret.ts';
import { authKey, auths, credentialRef } from '../auths/auth.ts';
import { keepSurely, type Credential } from '../auths/credential.ts';
import { clientSecretOf } from '../services/client-secret.ts';
import { currentService } from '../services/current.ts';
import { callTokenEndpoint } from '../token-endpoint.ts';
import { interrupted, refused, unreadableAnswer } from './failures.ts';
import { failSession, finishConnect } from './finish.ts';
import { givenFields } from './given-fields.ts';
import type { Session } from './session.ts';

interface ExchangeInput {
  readonly session: Session;
  readonly code: string;
  readonly codeVerifier: Secret;
  /** The version under which the answer is kept; the session names it already. */
  readonly version: string;
}

interface Answered extends ExchangeInput {
  readonly definition: OAuth2Definition;
  readonly answer: TokenAnswer;
  readonly fields: Readonly<Record<string, string>>;
}

/** A good answer is kept whole before it is judged, so that a crash in between loses nothing. */
const keepAndFinish = async (deps: Deps, { session, version, definition, answer, fields }: Answered) => {
  const auth = {
    organizationId: session.organizationId,
    workspaceId: session.workspaceId,
    id: session.authId,
  };
  const good = answer.status >= 200 && answer.status < 300;
  const credential: Credential = { fields, grant: { from: 'answer', answer, receivedAt: deps.clock.now() } };
  try {
    if (good) await keepSurely(deps, auth, { version, credential });
  } catch {
    return failSession(deps, session, interrupted);
  }
  const verdict = judgeTokenAnswer(answer, definition);
  if (verdict.kind === 'tokens' && good) return finishConnect(deps, session, { version, credential });
  // Another page of the same session may have made the auth; then its credential lies there too.
  if (good && !(await deps.store.get(auths, authKey(auth.organizationId, auth.id))))
    await deps.vault.remove(credentialRef(auth));
  return failSession(deps, session, verdict.kind === 'tokens' ? unreadableAnswer : refused(verdict.code));
};

const ask = async (deps: Deps, input: ExchangeInput): Promise<Answered | undefined> => {
  const service = await currentService(deps, input.session);
  const { auth: definition } = service.definition;
  if (definition.type !== 'oauth2') return undefined;
  const fields = await givenFields(deps, input.session);
  const clientSecret = await clientSecretOf(deps, service);
  const redirectUri = `${deps.settings.publicUrl}/oauth/callback`;
  const request = await codeRequest({ ...input, definition, fields, clientSecret, redirectUri });
  try {
    return { ...input, definition, fields, answer: await callTokenEndpoint(deps, request) };
  } catch (error) {
    if (error instanceof HttpFailure || error instanceof EgressRefused) return undefined;
    throw error;
  }
};

/** Spends the code of a callback and makes or renews the auth of the session. */
export const exchangeCode = async (deps: Deps, input: ExchangeInput): Promise<Session> => {
  try {
    const answered = await ask(deps, input);
    return answered
      ? await keepAndFinish(deps, answered)
      : await failSession(deps, input.session, interrupted);
  } catch (error) {
    if (error instanceof UnusableUrl) return failSession(deps, input.session, refused('unusable_fields'));
    throw error;
  }
};
