import type { Deps } from '../../ports.ts';
import { auths, authKey, credentialRef } from '../auths/auth.ts';
import { insertConnected, renewConnected } from '../auths/connected.ts';
import { loadCredential, type Credential } from '../auths/credential.ts';
import { currentService } from '../services/current.ts';
import { deletedMeanwhile, unreadableAnswer } from './failures.ts';
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

/** Makes or renews the auth of a session from a credential that the vault keeps already, then completes the session. */
export const finishConnect = async (
  deps: Deps,
  session: Session,
  { version, credential }: { version: string; credential: Credential },
): Promise<Session> => {
  const service = await currentService(deps, session);
  const { authId: id, organizationId, workspaceId, name, endUserId, id: sessionId } = session;
  const connection = {
    auth: { id, organizationId, workspaceId, name, endUserId, sessionId },
    service,
    version,
    credential,
  };
  const auth = await (session.renews ? renewConnected(deps, connection) : insertConnected(deps, connection));
  const current = auth ?? (await deps.store.get(auths, authKey(organizationId, id)));
  const gone = session.renews && (current === undefined || current.state === 'deleting');
  // Its remover may have emptied the vault before this credential was kept.
  if (gone) await deps.vault.remove(credentialRef(connection.auth));
  const connected = current?.credential.version === version && current.state !== 'deleting';
  return connected
    ? conclude(deps, session, { status: 'complete' })
    : failSession(deps, session, gone ? deletedMeanwhile : unreadableAnswer);
};

/** Finishes what a process that is gone has begun: a credential that is kept and to which no auth points yet. */
export const settleSession = async (deps: Deps, session: Session): Promise<Session> => {
  const { attempt: version, organizationId, workspaceId, authId: id } = session;
  if (session.status !== 'pending' || version === undefined) return session;
  const credential = await loadCredential(deps, { organizationId, workspaceId, id }, version);
  return credential ? finishConnect(deps, session, { version, credential }) : session;
};
