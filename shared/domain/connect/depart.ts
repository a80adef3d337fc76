import { AppError, invalid } from '../../errors.ts';
import { newToken } from '../../ids.ts';
import { EgressRefused, HttpFailure, type Deps } from '../../ports.ts';
import { filledScopes } from '../../protocols/oauth2/filled.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Asking, Consent, Departure, Values } from '../../protocols/protocol.ts';
import { isUnusable } from '../../protocols/unusable.ts';
import { secret, type Secret } from '../../secret.ts';
import { groundOfFields } from '../auths/credential.ts';
import { demandUsableBase } from '../auths/usable-base.ts';
import { ask, callTimeout } from '../converse.ts';
import type { ServiceInUse } from '../services/current.ts';
import { production } from '../services/definition.ts';
import { editedMeanwhile } from '../versions.ts';
import { hashOf, sessions, stateLife, statePurpose, type Session } from './session.ts';
import { connectStates } from './state.ts';

/** Where a provider sends people back to: one for each environment, so that no answer of one is taken for another's. */
const redirectUriOf = (publicUrl: string, environment: string): string =>
  `${publicUrl}/oauth/callback${environment === production ? '' : `/${environment}`}`;

/** What a session asks for: what the service needs, and of what is optional that which was chosen. */
const scopesOf = ({ definition: { auth } }: ServiceInUse, chosen: readonly string[]): string[] => {
  if (!('scopes' in auth)) return [];
  const optional = 'optionalScopes' in auth ? auth.optionalScopes.map(({ scope }) => scope) : [];
  return [...new Set([...auth.scopes, ...optional.filter((scope) => chosen.includes(scope))])];
};

const unavailable = (code: string) =>
  new AppError(
    502,
    'provider_unavailable',
    `The provider could not be asked (${code}). Open the link again later.`,
  );

/** Some providers must be asked before a person is sent to them (RFC 5849 §2.1). */
const asked = async (deps: Deps, { request, depart }: Asking): Promise<Departure> => {
  try {
    const departure = depart(await ask(deps, request, { signal: AbortSignal.timeout(callTimeout) }));
    if ('kind' in departure) throw unavailable(departure.code);
    return departure;
  } catch (error) {
    if (error instanceof HttpFailure) throw unavailable(error.reason);
    if (error instanceof EgressRefused) throw unavailable('address refused');
    throw error;
  }
};

interface DepartInput {
  readonly session: Session;
  readonly service: ServiceInUse;
  readonly fields: Values;
  readonly link: Secret;
}

const departWith = async (deps: Deps, consent: Consent, input: DepartInput): Promise<URL> => {
  const { service, fields, link } = input;
  const ground = await groundOfFields(deps, service, fields);
  const scopes = [...filledScopes(scopesOf(service, input.session.chosenScopes ?? []), ground.values)];
  const session = await deps.store.replace(sessions, { ...input.session, askedScopes: scopes });
  if (!session) throw editedMeanwhile();
  const state = newToken(deps.random);
  const redirectUri = redirectUriOf(deps.settings.publicUrl, session.environment);
  const way = await consent.depart({ ground, redirectUri, state, scopes });
  const { page, kept } = 'request' in way ? await asked(deps, way) : way;
  const hash = hashOf(secret(state));
  const secrets = secret(JSON.stringify({ kept, link: link.reveal() }));
  const { organizationId, id: sessionId } = session;
  await deps.store.insert(connectStates, {
    hash,
    organizationId,
    sessionId,
    redirectUri,
    sealed: await deps.sealer.seal(statePurpose({ organizationId, sessionId, hash }).now, secrets),
    expiresAt: deps.clock.now() + stateLife,
    revision: 0,
  });
  return page;
};

/**
 * The provider's page, with a `state` of 256 bits that works once and for ten minutes. Undefined when the service's type knows
 * no such page. Rejects with 422 `unusable_fields`, or 502 `provider_unavailable`.
 */
export const departToProvider = async (deps: Deps, input: DepartInput): Promise<URL | undefined> => {
  const { consent } = protocolOf(input.service.definition.auth);
  if (!consent) return undefined;
  demandUsableBase(deps, input.service, input.fields);
  try {
    return await departWith(deps, consent, input);
  } catch (error) {
    if (isUnusable(error)) throw invalid('unusable_fields', `${error.message} Check the fields.`);
    throw error;
  }
};
