import { newEvent, type LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { linkOf } from './advice.ts';
import { CapNear } from './events.ts';
import type { Umbrella } from './umbrella.ts';
import type { Usage } from './usage.ts';

/** Where a cap is near, and where it is reached, in percent. */
const shares = [100, 80] as const;

/** How many people count: where places are never given free again, all who ever took one. */
export const countOf = (
  { capFrees }: Pick<Umbrella, 'capFrees'>,
  { taken, present }: Pick<Usage, 'taken' | 'present'>,
): number => (capFrees ? present : taken);

/** The share of the cap that was reached; 0 while it is far, or there is none, or no more since the provider has verified the application. */
const shareOf = ({ userCap, verification }: Umbrella, count: number): number => {
  if (userCap === undefined || verification.status === 'verified') return 0;
  return shares.find((share) => count * 100 >= userCap * share) ?? 0;
};

const advice: Readonly<Record<number, string>> = {
  80: 'The provider lets only so many people connect while the application is not verified. Have it verified before all places are taken.',
  100: 'All places that the provider gives while the application is not verified are taken: it may refuse whoever connects next. Have it verified.',
};

const near = (deps: Deps, umbrella: Umbrella, { count, share }: { count: number; share: number }) => {
  const { organizationId, id: umbrellaId, userCap: cap = 0 } = umbrella;
  const help = { advice: advice[share] ?? '', link: linkOf(umbrella) };
  return newEvent(deps, CapNear, { organizationId, data: { umbrellaId, count, cap, share, ...help } });
};

/**
 * Holds a count against the cap as it is now: told on the way up, once for each share; told again only after it was below.
 * A cap never blocks (R41).
 */
export const judgeCap = (deps: Deps, umbrella: Umbrella, usage: Usage): Usage => {
  const count = countOf(umbrella, usage);
  const share = shareOf(umbrella, count);
  const news: readonly LatchkeyEvent[] = share > usage.told ? [near(deps, umbrella, { count, share })] : [];
  return { ...usage, told: share, judged: umbrella.version, outbox: [...usage.outbox, ...news] };
};
