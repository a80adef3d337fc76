import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { AuthRef } from '../auths/amend.ts';
import { authKey, auths, authsWith, type Auth } from '../auths/auth.ts';
import { testedDaily } from '../auths/renewable.ts';
import { fieldsOf, loadCredential, openCredential } from '../auths/credential.ts';
import { over } from '../auths/over.ts';
import { forgetAuth } from '../auths/recent.ts';
import { nextTest } from '../auths/timing.ts';
import { replaceAndTell } from '../outbox.ts';
import { every } from '../paging.ts';
import { putUnderUmbrella } from '../umbrellas/put-under.ts';
import { inUse, type ServiceInUse } from './current.ts';
import { environmentsOf } from './environment.ts';
import { tieOf } from './edit-effect.ts';
import { serviceKey, services, type Service } from './service.ts';

interface OfService {
  readonly organizationId: string;
  readonly serviceId: string;
}

/**
 * What an edit means for an auth: `anew` where what it holds cannot be read any more and can be asked for again, `to_test` where
 * the service has a test now. A test that is gone is noticed when it is due.
 */
type Effect = 'none' | 'anew' | 'to_test' | 'over';

/** Whether the credential of an auth is of use with its service as it is now. */
const effectOn = async (deps: Deps, auth: Auth, service: ServiceInUse): Promise<Effect> => {
  const { auth: type, fields } = service.definition;
  if (auth.tie !== tieOf(service.definition)) return 'over';
  const kept = await loadCredential(deps, auth, auth.credential.version);
  // The auth points to it, so it was kept: that a vault does not find it now is no reason to end the auth.
  if (!kept) throw new Error('The vault does not find the credential of an auth.');
  const held = fieldsOf(kept, service);
  if (fields.some(({ key, required }) => required && !Object.hasOwn(held, key))) return 'over';
  if (openCredential(kept, service))
    return auth.testAt === undefined && testedDaily(service, auth.credential.lineage) ? 'to_test' : 'none';
  return protocolOf(type).issue ? 'anew' : 'over';
};

const judge = async (deps: Deps, auth: Auth, service: Service): Promise<Effect> => {
  const there = environmentsOf(service.definition).includes(auth.environment);
  return there ? effectOn(deps, auth, inUse(service, auth.environment)) : 'over';
};

const after = (deps: Deps, auth: Auth, effect: Exclude<Effect, 'none'>): Auth => {
  const now = deps.clock.now();
  switch (effect) {
    case 'anew':
      return { ...auth, refreshAt: now };
    case 'to_test':
      return { ...auth, testAt: nextTest(auth.id, now) };
    case 'over':
      return over(deps, auth, { cause: 'service_changed', code: 'service_changed', umbrella: undefined });
  }
};

const rounds = 20;

/** Judges an auth as it is now, not as a list had it: a renewal or a reconnect may have come in between. */
export const applyEditTo = async (deps: Deps, ref: AuthRef, service: Service): Promise<void> => {
  for (let round = 0; round < rounds; round += 1) {
    const auth = await deps.store.get(auths, authKey(ref.organizationId, ref.authId));
    if (!auth || auth.state === 'deleting' || auth.state === 'needs_reconnect') return;
    const effect = await judge(deps, auth, service).catch(async (error: unknown) => {
      const now = await deps.store.get(auths, authKey(ref.organizationId, ref.authId));
      // Renewed so often meanwhile that its version is forgotten: judged again.
      if (now?.credential.version === auth.credential.version) throw error;
      return undefined;
    });
    if (effect === 'none') return;
    const written = effect && (await replaceAndTell(deps, auths, after(deps, auth, effect)));
    forgetAuth(deps, ref);
    if (written) return;
  }
  throw new Error('Too many writers met on an auth.');
};

/**
 * Ends the auths that an edit of their service has killed, lets those be tested daily that it brought a test and those follow an
 * umbrella that it brought one, and leaves all others as they are (R13). Again: nothing happens. Rejects after all when one could not
 * be judged.
 */
export const applyEdit = async (deps: Deps, { organizationId, serviceId }: OfService): Promise<void> => {
  const service = await deps.store.get(services, serviceKey(organizationId, serviceId));
  if (!service) return;
  const failures: unknown[] = [];
  for await (const { id: authId } of every(deps.store, auths, authsWith(organizationId, serviceId)))
    await applyEditTo(deps, { organizationId, authId }, service).catch((error: unknown) =>
      failures.push(error),
    );
  for (const environment of environmentsOf(service.definition))
    await putUnderUmbrella(deps, service, environment);
  if (failures.length > 0) throw new AggregateError(failures, 'Some auths could not be judged by an edit.');
};
