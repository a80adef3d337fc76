import type { Deps } from '../../ports.ts';
import { readyCredential } from '../proxy/ready.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Auth } from './auth.ts';
import { renewable } from './renewable.ts';
import { loadCredential } from './credential.ts';
import { AuthRecovered, tell } from './events.ts';
import { triedNow, tryCredential, type Tried } from './tested.ts';

/**
 * Tries the credential that an auth points to by the test of its service. Undefined when that credential is gone meanwhile.
 * Rejects as `readyCredential` does.
 */
export const tryAuth = async (deps: Deps, auth: Auth, service: ServiceInUse): Promise<Tried | undefined> => {
  await readyCredential(deps, auth, service);
  const credential = await loadCredential(deps, auth, auth.credential.version);
  return credential && tryCredential(deps, { service, credential });
};

/** Whether an auth still holds what was tried: a reconnect or a renewal meanwhile makes a try a thing of the past. */
export const holdsTheSame = (auth: Auth, tried: Auth): boolean =>
  auth.epoch === tried.epoch && auth.credential.version === tried.credential.version;

interface Test {
  readonly service: ServiceInUse;
  readonly tried: Tried;
}

/**
 * An auth after a test of what it holds. A good one ends its failing where nothing renews it; where something does, failing is
 * about that, of which a test says nothing.
 */
export const withTest = (deps: Deps, auth: Auth, { service, tried }: Test): Auth => {
  const noted = { ...auth, ...triedNow(deps, tried) };
  if (!tried.ok || auth.state !== 'failing' || renewable(service, auth.credential.lineage)) return noted;
  const recovered = tell(deps, AuthRecovered, auth, {});
  return { ...noted, state: 'active', failure: undefined, outbox: [...auth.outbox, recovered] };
};
