import type { LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { isoOrNull } from '../inputs.ts';
import type { Service } from '../services/service.ts';
import { auths, type Auth } from './auth.ts';
import { amendAuth } from './amend.ts';
import { forgetVersion, pointTo } from './commit.ts';
import type { Credential } from './credential.ts';
import { AuthAtRisk, AuthConnected, tell } from './events.ts';
import { riskOf, umbrellaOf } from './risk.ts';
import { insertAndTell } from '../outbox.ts';

/** What a person has connected: which auth it becomes, and the version under which its credential is kept. */
export interface Connection {
  readonly auth: Pick<Auth, 'id' | 'organizationId' | 'workspaceId' | 'name' | 'endUserId' | 'sessionId'>;
  readonly service: Service;
  readonly version: string;
  readonly credential: Credential;
}

type Consented = Pick<
  Auth,
  'credential' | 'refreshAt' | 'consentedAt' | 'atRisk' | 'prediction' | 'alertAt' | 'state'
>;

/** What a fresh consent means for an auth, whatever was before; undefined when the credential is no good. */
const consented = async (deps: Deps, connection: Connection): Promise<Consented | undefined> => {
  const { auth, service, version, credential } = connection;
  const now = deps.clock.now();
  const pointer = pointTo(auth.id, { version, credential, service, now });
  if (!pointer) return undefined;
  const umbrella = await umbrellaOf(deps, service);
  return { ...pointer, ...riskOf(umbrella, { consentedAt: now, now }), consentedAt: now, state: 'active' };
};

const news = (deps: Deps, auth: Omit<Auth, 'outbox'>): readonly LatchkeyEvent[] => [
  tell(deps, AuthConnected, auth, { epoch: auth.epoch }),
  ...(auth.atRisk
    ? [tell(deps, AuthAtRisk, auth, { ...auth.atRisk, endsAt: isoOrNull(auth.prediction?.end) })]
    : []),
];

/** Makes the auth of a connection, active in its first write. Undefined when the credential is no good or the auth is there already. */
export const insertConnected = async (deps: Deps, connection: Connection): Promise<Auth | undefined> => {
  const state = await consented(deps, connection);
  if (!state) return undefined;
  const item = {
    ...connection.auth,
    ...state,
    serviceId: connection.service.id,
    environment: 'production' as const,
    epoch: 1,
    version: 1,
    createdAt: state.consentedAt,
    revision: 0,
  };
  const auth: Auth = { ...item, outbox: [...news(deps, item)] };
  return insertAndTell(deps, auths, auth);
};

/** Renews an auth in place: another consent, the next epoch; what belonged to the one before is of no use any more. */
export const renewConnected = async (deps: Deps, connection: Connection): Promise<Auth | undefined> => {
  const state = await consented(deps, connection);
  if (!state) return undefined;
  const { organizationId, id: authId } = connection.auth;
  let old: string | undefined;
  const renewed = await amendAuth(deps, { organizationId, authId }, (auth) => {
    if (auth.state === 'deleting' || auth.credential.version === connection.version) return undefined;
    const { cause, failure, attempt, atRisk, prediction, alertAt, ...kept } = auth;
    old = auth.credential.before;
    const credential = { ...state.credential, before: auth.credential.version };
    const next = { ...kept, ...state, credential, epoch: auth.epoch + 1 };
    return { ...next, outbox: [...auth.outbox, ...news(deps, next)] };
  });
  if (renewed) await forgetVersion(deps, renewed, old);
  return renewed;
};
