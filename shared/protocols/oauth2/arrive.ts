import type { CallbackRefusal, Consent, Conversation } from '../protocol.ts';
import { judgeCallback } from './callback.ts';
import type { AuthorizationCodeDefinition } from './definition.ts';
import { filledUri } from './filled.ts';
import { codeRequest } from './grants.ts';

/** Goes on from the callback: judges it and exchanges its code (RFC 6749 §4.1.2, §4.1.3). */
export const arrive = async (
  definition: AuthorizationCodeDefinition,
  { ground, redirectUri, query, kept }: Parameters<Consent['arrive']>[0],
): Promise<Conversation | CallbackRefusal> => {
  const { issuer } = definition;
  const expected = issuer === undefined ? undefined : filledUri(issuer, ground.values);
  const arrival = judgeCallback(definition, query, expected);
  if (arrival.kind !== 'code') return arrival;
  const { code, metadata } = arrival;
  const codeVerifier = kept['codeVerifier'];
  return { request: await codeRequest(definition, { ground, redirectUri, code, codeVerifier }), metadata };
};
