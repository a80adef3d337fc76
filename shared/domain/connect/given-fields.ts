import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { secret } from '../../secret.ts';
import { openBound } from '../bound-seal.ts';
import { authKey, auths } from '../auths/auth.ts';
import { loadCredential } from '../auths/credential.ts';
import { fieldsPurpose, sessions, type Session } from './session.ts';

type Values = Readonly<Record<string, string>>;
const Values = z.record(z.string(), z.string());

/** The fields that a session has so far. One that renews an auth begins with what the auth was made with. */
export const givenFields = async (deps: Deps, session: Session): Promise<Values> => {
  const sealed = await openBound(deps, fieldsPurpose(session), session.sealedFields);
  const given = Values.parse(JSON.parse(sealed.reveal()));
  if (!session.renews) return given;
  const auth = await deps.store.get(auths, authKey(session.organizationId, session.authId));
  const held = auth && (await loadCredential(deps, auth, auth.credential.version));
  return { ...held?.fields, ...given };
};

/** Keeps fields in a session, sealed. Undefined when somebody else wrote it meanwhile. */
export const keepFields = async (
  deps: Deps,
  session: Session,
  fields: Values,
): Promise<Session | undefined> => {
  const sealedFields = await deps.sealer.seal(fieldsPurpose(session).now, secret(JSON.stringify(fields)));
  return deps.store.replace(sessions, { ...session, sealedFields });
};
