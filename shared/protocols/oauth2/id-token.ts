import type { JWTPayload } from 'jose';
import { decodeJwt } from 'jose/jwt/decode';
import { valueAt } from '../answer-path.ts';
import type { ProviderAnswer, Refusal, Values } from '../protocol.ts';
import { readAnswer } from './read-answer.ts';

/** How far a provider's clock may be behind ours. */
const toleranceMilliseconds = 300_000;

const decode = (token: string): JWTPayload | undefined => {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
};

const refusal = (code: string): Refusal => ({ kind: 'terminal', code });

/** An ID token that was over before the person even left is one of another time. */
const inTime = (expires: unknown, departedAt: string | undefined) =>
  typeof expires === 'number' && expires * 1000 + toleranceMilliseconds > Number(departedAt);

const objection = (
  answer: ProviderAnswer,
  { nonce, clientId, departedAt, issuer }: Values,
): Refusal | undefined => {
  if (nonce === undefined || clientId === undefined) return undefined;
  const token = valueAt(readAnswer(answer), 'id_token');
  if (typeof token !== 'string' || token === '') return refusal('id_token_missing');
  const claims = decode(token);
  const sound =
    claims?.['nonce'] === nonce &&
    [claims.aud].flat().includes(clientId) &&
    (issuer === undefined || claims.iss === issuer) &&
    inTime(claims.exp, departedAt);
  return sound ? undefined : refusal('id_token_mismatch');
};

/**
 * Compares the ID token of an answer with what was kept when the person left: nonce, audience, issuer and time (OpenID
 * Connect Core 3.1.3.7). Its signature need not be checked, because it came directly from the token endpoint over TLS
 * (point 6 there). Undefined when it is sound, or none was asked for.
 */
export const vetIdToken = (answer: ProviderAnswer, kept: Values): Promise<Refusal | undefined> =>
  Promise.try(objection, answer, kept);
