import type { Deps } from '../../ports.ts';
import type { ServiceInUse } from '../services/current.ts';
import { umbrellaKey, umbrellas, type Umbrella } from '../umbrellas/umbrella.ts';
import type { Auth } from './auth.ts';
import { firstAlert } from './timing.ts';

/** The umbrella application that a service runs under; undefined when it has none. */
export const umbrellaOf = async (
  { store }: Pick<Deps, 'store'>,
  service: Pick<ServiceInUse, 'organizationId' | 'definition'>,
): Promise<Umbrella | undefined> => {
  const { umbrellaId } = service.definition;
  return umbrellaId === undefined
    ? undefined
    : store.get(umbrellas, umbrellaKey(service.organizationId, umbrellaId));
};

/**
 * What an umbrella's status means for an auth whose person consented at a time (R39, R43): flagged while not verified,
 * and over when the life that the provider gives to such auths has passed since consent, renewals or not.
 */
export const riskOf = (
  umbrella: Umbrella | undefined,
  { consentedAt, now }: { consentedAt: number; now: number },
): Pick<Auth, 'atRisk' | 'prediction' | 'alertAt'> => {
  if (!umbrella || umbrella.verification.status === 'verified') return {};
  const { status, authLifetimeSeconds } = umbrella.verification;
  const atRisk = { umbrellaId: umbrella.id, status };
  if (authLifetimeSeconds === undefined) return { atRisk };
  const end = consentedAt + authLifetimeSeconds * 1000;
  return { atRisk, prediction: { end, reason: 'demo' }, alertAt: firstAlert(consentedAt, end, now) };
};

/** What a person can do about an auth at risk, and where (R44). */
export const adviceOnRisk = (umbrella: Umbrella | undefined) => ({
  advice:
    'The provider has not verified the application. Have it verified, then ask the person to connect again.',
  link: umbrella?.consoleUrl ?? umbrella?.supportUrl ?? null,
});
