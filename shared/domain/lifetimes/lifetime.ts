import { lifetimeProfile } from '../../lifetimes/profiles.ts';
import type { LifetimeProfile } from '../../lifetimes/profile.ts';
import type { ServiceDefinition } from '../services/definition.ts';
import type { Confidence } from './confidences.ts';

/** How long an auth lives by one clock. */
export interface Limit {
  readonly milliseconds: number;
  readonly confidence: Confidence;
  /** Whether an absolute clock begins anew with each refresh token. */
  readonly restarts: boolean;
}

/** What ends the auths of a service, whatever the provider says in its answers. A clock that is not there has no known end. */
export interface Lifetime {
  readonly consent?: Limit | undefined;
  readonly idle?: Limit | undefined;
  readonly absolute?: Limit | undefined;
  readonly demo?: LifetimeProfile['demo'];
}

type Clock = LifetimeProfile['clocks'][number]['clock'];

const limitOf = (
  clock: Clock,
  own: number | undefined,
  profile: LifetimeProfile | undefined,
): Limit | undefined => {
  if (own !== undefined) return { milliseconds: own * 1000, confidence: 'stated', restarts: false };
  const known = profile?.clocks.find((one) => one.clock === clock);
  if (!known) return undefined;
  const { seconds, confidence, restartsAtRotation = false } = known;
  return { milliseconds: seconds * 1000, confidence, restarts: restartsAtRotation };
};

/** What a definition says of the life of its auths: what it states itself, else its profile. A profile that is gone says nothing. */
export const lifetimeOf = ({
  lifetime: own,
  lifetimeProfile: name,
}: Pick<ServiceDefinition, 'lifetime' | 'lifetimeProfile'>): Lifetime => {
  const profile = name === undefined ? undefined : lifetimeProfile(name);
  return {
    consent: limitOf('consent', own?.consentSeconds, profile),
    idle: limitOf('idle', own?.idleSeconds, profile),
    absolute: limitOf('absolute', own?.absoluteSeconds, profile),
    demo: profile?.demo,
  };
};
