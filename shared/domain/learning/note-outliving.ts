import type { Deps } from '../../ports.ts';
import type { Auth } from '../auths/auth.ts';
import { AuthOutlived, tell } from '../auths/events.ts';
import type { ServiceInUse } from '../services/current.ts';
import { lifeOf } from './life.ts';
import { isBeyond } from './near.ts';

/**
 * A renewed auth, which tells that it lives if it should have ended by what its service has learned: once for each consent and
 * each such age. Nothing is read for it.
 */
export const noteOutliving = (deps: Deps, service: ServiceInUse, auth: Auth): Auth => {
  const { suspectedLifetime, suspectedSince: since } = service;
  if (suspectedLifetime === undefined || since === undefined) return auth;
  const { epoch, outlived } = auth;
  if (outlived?.epoch === epoch && outlived.since === since) return auth;
  // When the provider gave it: an answer may lie in escrow for days.
  const life = lifeOf(auth, auth.credential.obtainedAt);
  if (!life || !isBeyond(life.seconds, suspectedLifetime)) return auth;
  const told = tell(deps, AuthOutlived, auth, { life });
  return { ...auth, outlived: { epoch, since }, outbox: [...auth.outbox, told] };
};
