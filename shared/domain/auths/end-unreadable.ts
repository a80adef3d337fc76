import { AppError, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { ServiceInUse } from '../services/current.ts';
import { amendAuth } from './amend.ts';
import { authKey, auths, type Auth } from './auth.ts';
import { needsReconnect, over } from './over.ts';

const comes = () =>
  new AppError(
    503,
    'refresh_under_way',
    'The credential is being obtained anew. Repeat the call in a minute.',
  );

/**
 * Ends an auth whose credential its service cannot read any more: an edit has changed what is read in it (R13). Where it can
 * be asked for anew, that is made due instead. Rejects with 409 `needs_reconnect`, or 503 `refresh_under_way`.
 */
export const endUnreadable = async (deps: Deps, auth: Auth, service: ServiceInUse): Promise<never> => {
  const ref = { organizationId: auth.organizationId, authId: auth.id };
  const anew = protocolOf(service.definition.auth).issue !== undefined;
  const changed = await amendAuth(deps, ref, (current) => {
    if (current.credential.version !== auth.credential.version || current.state === 'deleting')
      return undefined;
    // Made due, it would be taken for one on trial, and no renewal ends that.
    if (current.state === 'needs_reconnect') return undefined;
    const now = deps.clock.now();
    // One that is being tried has its time, so that calls in between do not hammer the provider.
    const tried = current.failure !== undefined || (current.refreshAt ?? Infinity) <= now;
    if (anew) return tried ? undefined : { ...current, refreshAt: now };
    return over(deps, current, {
      cause: 'service_changed',
      code: 'credential_unreadable',
      umbrella: undefined,
    });
  });
  if (changed && !anew) throw needsReconnect(changed);
  const current = await deps.store.get(auths, authKey(ref.organizationId, ref.authId));
  if (!current || current.state === 'deleting') throw notFound('auth');
  throw current.state === 'needs_reconnect' ? needsReconnect(current) : comes();
};
