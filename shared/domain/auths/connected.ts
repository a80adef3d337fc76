import type { LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { filledScopes } from '../../protocols/oauth2/filled.ts';
import { isUnusable } from '../../protocols/unusable.ts';
import { isoOrNull } from '../inputs.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Umbrella } from '../umbrellas/umbrella.ts';
import { tieOf } from '../services/edit-effect.ts';
import { isDiscouraged } from '../services/warnings.ts';
import { auths, type Auth } from './auth.ts';
import { amendAuth } from './amend.ts';
import { forgetVersion, pointTo } from './commit.ts';
import { openCredential, type Credential } from './credential.ts';
import { AuthAtRisk, AuthConnected, AuthRiskAcknowledged, tell } from './events.ts';
import { forecast } from './forecast.ts';
import { adviceOnRisk, riskOf, umbrellaOf } from './risk.ts';
import { linkAuth } from '../end-users/auth-link.ts';
import { insertAndTell } from '../outbox.ts';
import { forgetTrouble } from './trouble.ts';

/** What a person has connected: which auth it becomes, and the version under which its credential is kept. */
export interface Connection {
  readonly auth: Pick<
    Auth,
    | 'id'
    | 'organizationId'
    | 'workspaceId'
    | 'environment'
    | 'generic'
    | 'name'
    | 'tags'
    | 'metadata'
    | 'endUserId'
    | 'sessionId'
  >;
  readonly service: ServiceInUse;
  readonly version: string;
  readonly credential: Credential;
  /** What the person was asked for; absent where nobody was asked. */
  readonly askedScopes?: readonly string[] | undefined;
  /** What ties the credential to the definition by which it was obtained; absent where that is the present one. */
  readonly tie?: string | undefined;
  /** How the credential's test ended, if it was tried. */
  readonly tested?: Pick<Auth, 'tested' | 'account'>;
}

type Consented = Pick<
  Auth,
  | 'credential'
  | 'refreshAt'
  | 'testAt'
  | 'consentedAt'
  | 'atRisk'
  | 'demo'
  | 'prediction'
  | 'lasting'
  | 'alertAt'
  | 'state'
  | 'scopes'
  | 'tested'
  | 'account'
  | 'tie'
>;

/** What a token request without a consent asked for: all that the service needs. Tokens from elsewhere nobody asked for. */
const scopesOfAnswer = ({ service, credential }: Connection): readonly string[] | undefined => {
  const { auth } = service.definition;
  if (credential.grant?.from !== 'answer' || !('scopes' in auth)) return undefined;
  try {
    return filledScopes(auth.scopes, openCredential(credential, service)?.values ?? {});
  } catch (error) {
    // An edit came in between: what was asked for then, nobody knows any more.
    if (isUnusable(error)) return undefined;
    throw error;
  }
};

/** What a fresh consent means for an auth, whatever was before; undefined when the credential is no good. */
const consented = async (
  deps: Deps,
  connection: Connection,
): Promise<{ state: Consented; umbrella: Umbrella | undefined } | undefined> => {
  const { auth, service, version, credential, askedScopes, tested, tie } = connection;
  const now = deps.clock.now();
  const pointer = pointTo(auth.id, { version, credential, service, now });
  if (!pointer) return undefined;
  const umbrella = await umbrellaOf(deps, service);
  const { granted, ...place } = pointer;
  const asked = askedScopes ?? scopesOfAnswer(connection);
  const scopes = asked && { asked: [...asked], granted: granted && [...granted] };
  const made = { ...place, scopes, consentedAt: now, state: 'active' as const };
  const risk = riskOf(umbrella, service, made);
  const state = {
    ...made,
    ...risk,
    ...forecast({ ...made, ...risk }, service, now),
    ...tested,
    tie: tie ?? tieOf(service.definition),
  };
  return { state, umbrella };
};

interface Behind {
  readonly service: ServiceInUse;
  readonly umbrella: Umbrella | undefined;
}

const news = (
  deps: Deps,
  auth: Omit<Auth, 'outbox'>,
  { service, umbrella }: Behind,
): readonly LatchkeyEvent[] => [
  tell(deps, AuthConnected, auth, { epoch: auth.epoch }),
  ...(isDiscouraged(service.definition.auth)
    ? [tell(deps, AuthRiskAcknowledged, auth, { type: service.definition.auth.type })]
    : []),
  ...(auth.atRisk
    ? [
        tell(deps, AuthAtRisk, auth, {
          ...auth.atRisk,
          endsAt: isoOrNull((auth.lasting ?? auth.prediction)?.end),
          ...adviceOnRisk(umbrella),
        }),
      ]
    : []),
];

/** Makes the auth of a connection, active in its first write. Undefined when the credential is no good or the auth is there already. */
export const insertConnected = async (deps: Deps, connection: Connection): Promise<Auth | undefined> => {
  const consent = await consented(deps, connection);
  if (!consent) return undefined;
  const { state, umbrella } = consent;
  const behind = { service: connection.service, umbrella };
  const item = {
    ...connection.auth,
    ...state,
    serviceId: connection.service.id,
    consents: [connection.version],
    epoch: 1,
    version: 1,
    createdAt: state.consentedAt,
    revision: 0,
  };
  const auth: Auth = { ...item, outbox: [...news(deps, item, behind)] };
  await linkAuth(deps, auth);
  return insertAndTell(deps, auths, auth);
};

const rememberedConsents = 10;

/** Whether an auth was given the credential of a consent, now or before a renewal or a later consent. */
export const isSettled = ({ credential, consents = [] }: Auth, version: string): boolean =>
  credential.version === version || consents.includes(version);

/** Renews an auth in place: another consent, the next epoch; what belonged to the one before is of no use any more. */
export const renewConnected = async (deps: Deps, connection: Connection): Promise<Auth | undefined> => {
  const consent = await consented(deps, connection);
  if (!consent) return undefined;
  const { state, umbrella } = consent;
  const behind = { service: connection.service, umbrella };
  const { organizationId, id: authId } = connection.auth;
  let old: string | undefined;
  const renewed = await amendAuth(deps, { organizationId, authId }, (auth) => {
    if (auth.state === 'deleting' || isSettled(auth, connection.version)) return undefined;
    const { cause, failure, setAsideAt, attempt, tested, ...rest } = auth;
    const { atRisk, demo, prediction, lasting, alertAt, alerted, ...kept } = rest;
    old = auth.credential.before;
    const credential = { ...state.credential, before: auth.credential.version };
    const consents = [...(auth.consents ?? []), connection.version].slice(-rememberedConsents);
    const next = { ...kept, ...state, credential, consents, epoch: auth.epoch + 1 };
    return { ...next, outbox: [...auth.outbox, ...news(deps, next, behind)] };
  });
  if (renewed) {
    await forgetVersion(deps, renewed, old);
    await forgetTrouble(deps, { organizationId, authId });
  }
  return renewed;
};
