import type { Deps } from '../../ports.ts';
import { lifetimeOf } from '../lifetimes/lifetime.ts';
import type { ServiceInUse } from '../services/current.ts';
import { umbrellaKey, umbrellas, type Umbrella } from '../umbrellas/umbrella.ts';
import type { Auth } from './auth.ts';

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

/** Whether an auth was granted scopes, and none but those that the provider makes an exception for. */
const isExempt = ({ scopes }: Pick<Auth, 'scopes'>, except: readonly string[]): boolean => {
  // A provider that tells nothing granted all that it was asked for (RFC 6749 §5.1).
  const granted = scopes?.granted ?? scopes?.asked ?? [];
  return granted.length > 0 && granted.every((scope) => except.includes(scope));
};

/**
 * What an umbrella's status means for an auth (R39, R43): flagged while not verified, and over when the life that the provider
 * gives to such auths has passed since the consent, renewals or not. That life is what the umbrella says or, where it says none
 * and the status is `demo`, what is known of the provider.
 */
export const riskOf = (
  umbrella: Umbrella | undefined,
  service: Pick<ServiceInUse, 'definition'>,
  auth: Pick<Auth, 'consentedAt' | 'scopes'>,
): Pick<Auth, 'atRisk' | 'demo'> => {
  if (!umbrella || umbrella.verification.status === 'verified') return {};
  const { status, authLifetimeSeconds, exceptScopes } = umbrella.verification;
  const { demo } = lifetimeOf(service.definition);
  if (isExempt(auth, exceptScopes ?? demo?.exceptScopes ?? [])) return {};
  const atRisk = { umbrellaId: umbrella.id, status };
  const endAfter = (seconds: number) => auth.consentedAt + seconds * 1000;
  if (authLifetimeSeconds !== undefined) return { atRisk, demo: { end: endAfter(authLifetimeSeconds) } };
  if (status !== 'demo' || demo?.lifetimeSeconds === undefined) return { atRisk };
  return { atRisk, demo: { end: endAfter(demo.lifetimeSeconds), confidence: demo.confidence } };
};

/** What a person can do about an auth at risk, and where (R44). */
export const adviceOnRisk = (umbrella: Umbrella | undefined) => ({
  advice:
    'The provider has not verified the application. Have it verified, then ask the person to connect again.',
  link: umbrella?.consoleUrl ?? umbrella?.supportUrl ?? null,
});
