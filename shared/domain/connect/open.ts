import { timingSafeEqual } from 'node:crypto';
import { AppError, invalid } from '../../errors.ts';
import { newToken } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { authorizationRequest } from '../../protocols/oauth2/authorize.ts';
import type { OAuth2Definition } from '../../protocols/oauth2/definition.ts';
import { UnusableUrl } from '../../protocols/url-template.ts';
import { secret, type Secret } from '../../secret.ts';
import { keepCredential } from '../auths/credential.ts';
import { fieldErrors, missingFields } from '../fields.ts';
import { currentService } from '../services/current.ts';
import type { Field } from '../services/definition.ts';
import type { Service } from '../services/service.ts';
import { newVersion } from '../vault-version.ts';
import { editedMeanwhile } from '../versions.ts';
import { finishConnect, settleSession } from './finish.ts';
import { givenFields, keepFields } from './given-fields.ts';
import { hashOf, readLink, sessionKey, sessions, stateLife, statePurpose, type Session } from './session.ts';
import { connectStates } from './state.ts';

type Values = Readonly<Record<string, string>>;

/** What the person sees next: a form, the provider, or the end. */
export type NextPage =
  | {
      readonly kind: 'form';
      readonly service: Service;
      readonly fields: readonly Field[];
      /** What was wrong with what was filled in before, by the key of the field. */
      readonly wrong: Values;
      /** What was filled in before, but for secrets. */
      readonly filled: Values;
    }
  | { readonly kind: 'provider'; readonly url: URL }
  | { readonly kind: 'complete'; readonly session: Session };

const deadLink = () =>
  new AppError(
    404,
    'link_not_found',
    'This link does not work, or its time is over. Ask for a new one where you got it.',
  );

const sessionOfLink = async ({ store, clock }: Deps, link: string): Promise<Session> => {
  const read = readLink(link);
  const session = read && (await store.get(sessions, sessionKey(read.organizationId, read.id)));
  const fits = session && timingSafeEqual(Buffer.from(hashOf(read.token)), Buffer.from(session.tokenHash));
  if (!fits || session.expiresAt <= clock.now()) throw deadLink();
  return session;
};

interface ToProvider {
  readonly session: Session;
  readonly definition: OAuth2Definition;
  readonly fields: Values;
  readonly link: Secret;
}

/** The provider's page, with a `state` of 256 bits that works once and for ten minutes. */
const toProvider = async (
  deps: Deps,
  { session, definition, fields, link }: ToProvider,
): Promise<NextPage> => {
  const state = newToken(deps.random);
  const codeVerifier = secret(newToken(deps.random));
  const hash = hashOf(secret(state));
  const redirectUri = `${deps.settings.publicUrl}/oauth/callback`;
  const url = await authorizationRequest({ definition, fields, redirectUri, state, codeVerifier });
  const secrets = secret(JSON.stringify({ codeVerifier: codeVerifier.reveal(), link: link.reveal() }));
  const { organizationId, id: sessionId } = session;
  await deps.store.insert(connectStates, {
    hash,
    organizationId,
    sessionId,
    sealed: await deps.sealer.seal(statePurpose(hash), secrets),
    expiresAt: deps.clock.now() + stateLife,
    revision: 0,
  });
  return { kind: 'provider', url };
};

const unusableUrl = (error: unknown): never => {
  if (!(error instanceof UnusableUrl)) throw error;
  throw invalid('unusable_fields', `${error.message} Check the fields.`);
};

/** Shows the person's page: the fields that are missing, or the provider's page when none is. */
export const openConnect = async (deps: Deps, link: string): Promise<NextPage> => {
  const session = await settleSession(deps, await sessionOfLink(deps, link));
  if (session.status === 'complete') return { kind: 'complete', session };
  const service = await currentService(deps, session);
  const { auth, fields } = service.definition;
  const given = await givenFields(deps, session);
  const missing = missingFields(fields, given);
  if (auth.type === 'token' || missing.length > 0) {
    const asked = auth.type === 'token' ? fields.filter(({ key }) => !session.given.includes(key)) : missing;
    return { kind: 'form', service, fields: asked, wrong: {}, filled: {} };
  }
  return toProvider(deps, { session, definition: auth, fields: given, link: secret(link) }).catch(
    unusableUrl,
  );
};

const completeWithToken = async (deps: Deps, session: Session, fields: Values): Promise<NextPage> => {
  const version = newVersion(deps.random);
  const begun = await deps.store.replace(sessions, { ...session, status: 'pending', attempt: version });
  if (!begun) throw editedMeanwhile();
  const auth = {
    organizationId: session.organizationId,
    workspaceId: session.workspaceId,
    id: session.authId,
  };
  const credential = { fields };
  await keepCredential(deps, auth, { version, credential });
  return { kind: 'complete', session: await finishConnect(deps, begun, { version, credential }) };
};

/** The form again, with what is wrong at each field; undefined when nothing is. */
const corrected = (service: Service, fields: Values, submitted: Values): NextPage | undefined => {
  const known = service.definition.fields;
  const errors = fieldErrors(known, fields, '');
  if (errors.length === 0) return undefined;
  const shown = known.filter(({ key, secret: hidden }) => !hidden && Object.hasOwn(submitted, key));
  const wrong = Object.fromEntries(errors.map(({ path, message }) => [path.slice(1), message]));
  return {
    kind: 'form',
    service,
    // What the platform gave already was not asked for, and is not now.
    fields: known.filter(({ key }) => Object.hasOwn(submitted, key) || Object.hasOwn(wrong, key)),
    wrong,
    filled: Object.fromEntries(shown.map(({ key }) => [key, submitted[key] ?? ''])),
  };
};

/** Takes the fields that the person filled in: an auth is made of them, or the person goes on to the provider. */
export const submitConnect = async (deps: Deps, link: string, form: Values): Promise<NextPage> => {
  const session = await settleSession(deps, await sessionOfLink(deps, link));
  if (session.status === 'complete') return { kind: 'complete', session };
  const service = await currentService(deps, session);
  const own = Object.entries(form).filter(([key]) => !session.given.includes(key));
  const submitted = Object.fromEntries(own);
  const fields = { ...(await givenFields(deps, session)), ...submitted };
  const again = corrected(service, fields, submitted);
  if (again) return again;
  const { auth } = service.definition;
  if (auth.type === 'token') return completeWithToken(deps, session, fields);
  const kept = await keepFields(deps, session, fields);
  if (!kept) throw editedMeanwhile();
  return toProvider(deps, { session: kept, definition: auth, fields, link: secret(link) }).catch(unusableUrl);
};
