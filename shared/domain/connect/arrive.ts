import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Ground, ProviderAnswer, Refusal, Values } from '../../protocols/protocol.ts';
import { isUnusable } from '../../protocols/unusable.ts';
import { groundOfFields } from '../auths/credential.ts';
import { obtainCredential } from '../auths/obtain.ts';
import { currentService, type ServiceInUse } from '../services/current.ts';
import { tieOf } from '../services/edit-effect.ts';
import { groundWithNext, type Tries } from '../services/next-secret.ts';
import { newVersion } from '../vault-version.ts';
import { notAdmitted } from './admit.ts';
import { discardKept } from './discard-kept.ts';
import { interrupted, malformedCallback, refused } from './failures.ts';
import { failSession, finishConnect } from './finish.ts';
import { givenFields } from './given-fields.ts';
import { attemptLife, sessions, type Session } from './session.ts';

interface ConnectWithInput {
  readonly session: Session;
  readonly service: ServiceInUse;
  readonly fields: Values;
  readonly tries: Tries;
  readonly vet?: ((answer: ProviderAnswer) => Promise<Refusal | undefined>) | undefined;
}

/** Asks the provider for the credential of a session, keeps it and makes or renews the auth. */
export const connectWith = async (deps: Deps, input: ConnectWithInput): Promise<Session> => {
  const { session, service, fields, tries, vet } = input;
  const version = newVersion(deps.random);
  const attempt = {
    ...session,
    status: 'pending' as const,
    error: undefined,
    attempt: version,
    attemptEnds: deps.clock.now() + attemptLife,
    tie: tieOf(service.definition),
  };
  // The session names the version before anything is kept under it, so that whoever comes next finds it.
  const begun = await deps.store.replace(sessions, attempt);
  if (!begun) return failSession(deps, session, interrupted);
  const { organizationId, workspaceId, authId: id } = session;
  const auth = { organizationId, workspaceId, id };
  const asked = { auth, service, tries, fields, version, ...(vet && { vet }) };
  const obtained = await obtainCredential(deps, asked).catch(() => ({ kind: 'interrupted' as const }));
  switch (obtained.kind) {
    case 'obtained':
      return finishConnect(deps, begun, { version, credential: obtained.credential });
    case 'interrupted':
      return failSession(deps, begun, interrupted);
    case 'refused':
      if (obtained.kept) await discardKept(deps, begun, version);
      return failSession(deps, begun, refused(obtained.code));
  }
};

interface ArriveInput {
  readonly session: Session;
  readonly redirectUri: string;
  readonly query: URLSearchParams;
  readonly kept: Values;
}

const exchange = async (deps: Deps, { session, kept, ...callback }: ArriveInput): Promise<Session> => {
  const service = await currentService(deps, session);
  const { consent } = protocolOf(service.definition.auth);
  // The service is of another type since: nothing can be made of this callback.
  if (!consent) return failSession(deps, session, interrupted);
  // Before the code is spent, so that no grant is left with the provider.
  const refusal = await notAdmitted(deps, session);
  if (refusal) return failSession(deps, session, refusal);
  const fields = await givenFields(deps, session);
  const ground = await groundOfFields(deps, service, fields);
  const arriveWith = (as: Ground) => consent.arrive({ ground: as, kept, ...callback });
  const arrival = await arriveWith(ground);
  if ('kind' in arrival)
    return failSession(
      deps,
      session,
      arrival.kind === 'malformed' ? malformedCallback(arrival.code) : refused(arrival.code),
    );
  const { vet: vetWith } = consent;
  const vet = vetWith && ((answer: ProviderAnswer) => vetWith(answer, kept));
  const next = groundWithNext(ground);
  const withNext = async (as: Ground) => {
    const again = await arriveWith(as);
    return 'kind' in again ? undefined : again;
  };
  const tries = { conversation: arrival, withNext: next && (() => withNext(next)) };
  return connectWith(deps, { session, service, fields, tries, vet });
};

/** Goes on from a provider's callback: spends its code and makes or renews the auth of the session. */
export const arrive = async (deps: Deps, input: ArriveInput): Promise<Session> => {
  try {
    return await exchange(deps, input);
  } catch (error) {
    if (isUnusable(error)) return failSession(deps, input.session, refused('unusable_fields'));
    throw error;
  }
};
