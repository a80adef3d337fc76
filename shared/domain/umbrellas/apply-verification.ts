import type { Deps } from '../../ports.ts';
import { amendAuth } from '../auths/amend.ts';
import { auths, authsWith, type Auth } from '../auths/auth.ts';
import { AuthAtRisk, tell } from '../auths/events.ts';
import { forecast, lifeOf } from '../auths/forecast.ts';
import { adviceOnRisk, riskOf } from '../auths/risk.ts';
import { isoOrNull } from '../inputs.ts';
import { every } from '../paging.ts';
import { inUse, type ServiceInUse } from '../services/current.ts';
import { environmentsOf } from '../services/environment.ts';
import { serviceKey, services } from '../services/service.ts';
import { linksUnder, umbrellaLinks, type UmbrellaLink } from './link.ts';
import { umbrellaKey, umbrellas, type Umbrella } from './umbrella.ts';

interface Under {
  readonly umbrella: Umbrella;
  readonly service: ServiceInUse;
}

/** An auth under its umbrella's new status; undefined when nothing changes for it. */
const under = (deps: Deps, auth: Auth, { umbrella, service }: Under): Auth | undefined => {
  if (auth.state === 'deleting' || auth.state === 'needs_reconnect') return undefined;
  const now = deps.clock.now();
  const { demo: before } = lifeOf(auth, service, now);
  const { atRisk, demo: told } = riskOf(umbrella, service, auth);
  // A status that tells no life leaves the end that was told before. What the provider makes an exception for has none.
  const demo = atRisk && (told ?? before);
  const placed = { ...auth, atRisk, demo };
  const known = { ...placed, prediction: atRisk || !before ? auth.prediction : undefined };
  const next = { ...placed, ...forecast(known, service, now) };
  const same = next.prediction?.end === auth.prediction?.end && next.alertAt === auth.alertAt;
  if (same && demo?.end === before?.end && atRisk?.status === auth.atRisk?.status) return undefined;
  if (!atRisk || auth.atRisk) return next;
  const event = tell(deps, AuthAtRisk, auth, {
    ...atRisk,
    endsAt: isoOrNull((next.lasting ?? next.prediction)?.end),
    ...adviceOnRisk(umbrella),
  });
  return { ...next, outbox: [...auth.outbox, event] };
};

/** The service that was linked, in its environment, if that still runs under the umbrella. */
const stillUnder = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, serviceId, environment, umbrellaId }: UmbrellaLink,
): Promise<ServiceInUse | undefined> => {
  const service = await store.get(services, serviceKey(organizationId, serviceId));
  if (!service || !environmentsOf(service.definition).includes(environment)) return undefined;
  const used = inUse(service, environment);
  return used.definition.umbrellaId === umbrellaId ? used : undefined;
};

/**
 * Lets the auths of an umbrella's services follow its status. `verified` changes nothing on auths already made: they keep
 * their predicted end until the person consents again (R45).
 */
export const applyVerification = async (
  deps: Deps,
  { organizationId, umbrellaId }: { organizationId: string; umbrellaId: string },
): Promise<void> => {
  const umbrella = await deps.store.get(umbrellas, umbrellaKey(organizationId, umbrellaId));
  if (!umbrella || umbrella.verification.status === 'verified') return;
  for await (const link of every(deps.store, umbrellaLinks, linksUnder(organizationId, umbrellaId))) {
    const service = await stillUnder(deps, link);
    if (!service) continue;
    for await (const auth of every(deps.store, auths, authsWith(organizationId, link.serviceId))) {
      if (auth.environment !== link.environment) continue;
      const ref = { organizationId, authId: auth.id };
      await amendAuth(deps, ref, (current) => under(deps, current, { umbrella, service }));
    }
  }
};
