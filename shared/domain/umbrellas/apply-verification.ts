import type { Deps } from '../../ports.ts';
import { amendAuth } from '../auths/amend.ts';
import { auths, authsWith, type Auth } from '../auths/auth.ts';
import { AuthAtRisk, tell } from '../auths/events.ts';
import { riskOf } from '../auths/risk.ts';
import { isoOrNull } from '../inputs.ts';
import { every } from '../paging.ts';
import { definitionIn, environmentsOf } from '../services/environment.ts';
import { serviceKey, services } from '../services/service.ts';
import { linksUnder, umbrellaLinks, type UmbrellaLink } from './link.ts';
import { umbrellaKey, umbrellas, type Umbrella } from './umbrella.ts';

/** An auth under its umbrella's new status; undefined when nothing changes for it. */
const under = (deps: Deps, auth: Auth, umbrella: Umbrella): Auth | undefined => {
  const risk = riskOf(umbrella, { consentedAt: auth.consentedAt, now: deps.clock.now() });
  const same = risk.prediction?.end === auth.prediction?.end && risk.atRisk?.status === auth.atRisk?.status;
  if (!risk.atRisk || same || auth.state === 'deleting' || auth.state === 'needs_reconnect') return undefined;
  const event = tell(deps, AuthAtRisk, auth, { ...risk.atRisk, endsAt: isoOrNull(risk.prediction?.end) });
  const moved = risk.prediction !== undefined && risk.prediction.end !== auth.prediction?.end;
  const { prediction, alertAt } = moved ? risk : auth;
  const entered = auth.atRisk ? [] : [event];
  return { ...auth, atRisk: risk.atRisk, prediction, alertAt, outbox: [...auth.outbox, ...entered] };
};

/** Whether an environment of a service runs under the umbrella that it was linked to. */
const stillUnder = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, serviceId, environment, umbrellaId }: UmbrellaLink,
): Promise<boolean> => {
  const service = await store.get(services, serviceKey(organizationId, serviceId));
  if (!service || !environmentsOf(service.definition).includes(environment)) return false;
  return definitionIn(service.definition, environment).umbrellaId === umbrellaId;
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
    if (!(await stillUnder(deps, link))) continue;
    for await (const auth of every(deps.store, auths, authsWith(organizationId, link.serviceId))) {
      if (auth.environment !== link.environment) continue;
      const ref = { organizationId, authId: auth.id };
      await amendAuth(deps, ref, (current) => under(deps, current, umbrella));
    }
  }
};
