import type { Deps } from '../../ports.ts';
import { amendAuth } from '../auths/amend.ts';
import { auths, authsWith, type Auth } from '../auths/auth.ts';
import { AuthAtRisk, tell } from '../auths/events.ts';
import { forecast, lifeOf } from '../auths/forecast.ts';
import { adviceOnRisk, riskOf, umbrellaOf } from '../auths/risk.ts';
import { isoOrNull } from '../inputs.ts';
import { every } from '../paging.ts';
import { inUse, type ServiceInUse } from '../services/current.ts';
import type { Service } from '../services/service.ts';
import type { Umbrella } from './umbrella.ts';

interface Under {
  readonly umbrella: Umbrella;
  readonly service: ServiceInUse;
}

/** An auth under an umbrella as that stands; undefined when nothing changes for it. */
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

/**
 * Lets the auths of a service in one environment follow the umbrella that it runs under there. A verified one changes nothing on
 * auths already made: they keep their predicted end until the person consents again (R45). Again: nothing happens.
 */
export const putUnderUmbrella = async (deps: Deps, service: Service, environment: string): Promise<void> => {
  const used = inUse(service, environment);
  const umbrella = await umbrellaOf(deps, used);
  if (!umbrella || umbrella.verification.status === 'verified') return;
  const { organizationId } = service;
  for await (const auth of every(deps.store, auths, authsWith(organizationId, service.id))) {
    if (auth.environment !== environment) continue;
    const ref = { organizationId, authId: auth.id };
    await amendAuth(deps, ref, (current) => under(deps, current, { umbrella, service: used }));
  }
};
