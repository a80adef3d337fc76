import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { auths, authKey } from '../auths/auth.ts';
import { insertConnected, isSettled, renewConnected } from '../auths/connected.ts';
import { loadCredential, type Credential } from '../auths/credential.ts';
import { overtaken } from '../auths/overtaken.ts';
import { triedNow, tryCredential, type Tried } from '../auths/tested.ts';
import { currentService, type ServiceInUse } from '../services/current.ts';
import { notAdmitted } from './admit.ts';
import { discardKept } from './discard-kept.ts';
import { deletedMeanwhile, interrupted, serviceDeleted, unreadableAnswer } from './failures.ts';
import { sessionKey, sessions, type Session, type SessionFailure } from './session.ts';

type Outcome = Pick<Session, 'status' | 'error'>;

/** Writes how a session ended. A session that is complete stays so. */
const conclude = async (deps: Deps, { organizationId, id }: Session, outcome: Outcome): Promise<Session> => {
  for (;;) {
    const session = await deps.store.get(sessions, sessionKey(organizationId, id));
    if (!session) throw new Error('A connect session vanished.');
    if (session.status === 'complete') return session;
    const written = await deps.store.replace(sessions, { ...session, error: undefined, ...outcome });
    if (written) return written;
  }
};

export const failSession = (deps: Deps, session: Session, error: SessionFailure): Promise<Session> =>
  conclude(deps, session, { status: 'failed', error });

/** The service of a session; undefined when it, or the environment of the session, was deleted meanwhile. */
const serviceOf = async (deps: Deps, session: Session): Promise<ServiceInUse | undefined> => {
  try {
    return await currentService(deps, session);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
};

/** A credential that the vault keeps already, and how its test ended if it was tried. */
interface KeptCredential {
  readonly version: string;
  readonly credential: Credential;
  readonly tried?: Tried | undefined;
}

/** Makes or renews the auth of a session from a credential that the vault keeps already, then completes the session. */
export const finishConnect = async (
  deps: Deps,
  session: Session,
  { version, credential, tried: triedBefore }: KeptCredential,
): Promise<Session> => {
  const service = await serviceOf(deps, session);
  if (!service) {
    await discardKept(deps, session, version);
    return failSession(deps, session, serviceDeleted);
  }
  const { authId: id, organizationId, workspaceId, environment, id: sessionId } = session;
  const { name, tags, metadata, endUserId, askedScopes, tie } = session;
  const tried = triedBefore ?? (await tryCredential(deps, { service, credential }));
  const connection = {
    auth: { id, organizationId, workspaceId, environment, name, tags, metadata, endUserId, sessionId },
    service,
    version,
    credential,
    askedScopes,
    tie,
    tested: tried && triedNow(deps, tried),
  };
  const refusal = await notAdmitted(deps, session);
  const made = refusal && (await deps.store.get(auths, authKey(organizationId, id)));
  // What a process that is gone had made before goes on.
  if (refusal && !(made && isSettled(made, version))) {
    await discardKept(deps, session, version);
    return failSession(deps, session, refusal);
  }
  const auth = await (session.renews ? renewConnected(deps, connection) : insertConnected(deps, connection));
  const current = auth ?? (await deps.store.get(auths, authKey(organizationId, id)));
  if (current && isSettled(current, version) && current.state !== 'deleting') {
    const withdrawn = await overtaken(deps, current, service);
    return withdrawn
      ? failSession(deps, session, serviceDeleted)
      : conclude(deps, session, { status: 'complete' });
  }
  // Its remover may have emptied the vault before this credential was kept, or it is no good.
  await discardKept(deps, session, version);
  const gone = session.renews && (current === undefined || current.state === 'deleting');
  return failSession(deps, session, gone ? deletedMeanwhile : unreadableAnswer);
};

/**
 * Settles a session whose process is gone: what it had kept becomes the auth, without the person's doing anything; else the
 * session has failed, and the person may try again. Again: nothing happens.
 */
export const settleDueSession = async (
  deps: Deps,
  { organizationId, sessionId }: { organizationId: string; sessionId: string },
): Promise<void> => {
  const session = await deps.store.get(sessions, sessionKey(organizationId, sessionId));
  if (session?.status !== 'pending' || (session.attemptEnds ?? Infinity) > deps.clock.now()) return;
  const settled = await settleSession(deps, session);
  if (settled.status === 'pending') await failSession(deps, settled, interrupted);
};

/** Finishes what a process that is gone has begun: a credential that is kept and to which no auth points yet. */
export const settleSession = async (deps: Deps, session: Session): Promise<Session> => {
  const { attempt: version, organizationId, workspaceId, authId: id } = session;
  if (session.status !== 'pending' || version === undefined) return session;
  const credential = await loadCredential(deps, { organizationId, workspaceId, id }, version);
  return credential ? finishConnect(deps, session, { version, credential }) : session;
};
