import { commonAge, endsNear } from './common-age.ts';
import type { End, Ends } from './ends.ts';
import { isBeyond, isNear } from './near.ts';

/** Of how many ends an age is learned. */
const most = 20;

/** So many auths that outlive an age disprove it. */
const enough = 3;

/** A grant at an age: one that was refused then, or that was renewed then. */
export type Seen = Pick<End, 'authId' | 'epoch' | 'consentedAt' | 'seconds'>;

const endedAt = ({ consentedAt, seconds }: Seen): number => consentedAt + seconds * 1000;

const isSame = (one: Seen, other: Seen): boolean => one.authId === other.authId && one.epoch === other.epoch;

/** The same whatever order they are told in, so that one that has dropped out does not come back when it is told again. */
const latest = (ends: readonly End[]): End[] =>
  ends
    .toSorted(
      (a, b) => endedAt(b) - endedAt(a) || a.authId.localeCompare(b.authId, 'en') || b.epoch - a.epoch,
    )
    .slice(0, most);

const speaking = (ends: readonly End[]): readonly End[] => ends.filter(({ refuted }) => !refuted);

/**
 * Believes in the age at which most have ended. Once there is one, only a younger one takes its place: ends before it say nothing
 * against it, for people who were warned connect again in time, and an older one has to be outlived to.
 */
const believed = (item: Ends, now: number): Ends => {
  const { suspected } = item;
  const ends = speaking(item.ends);
  const ages = ends.map(({ seconds }) => seconds);
  const best = commonAge(ages);
  if (!best) return item;
  if (suspected && !isBeyond(suspected.seconds, best.seconds)) return item;
  if (suspected && best.ends <= endsNear(ages, suspected.seconds)) return item;
  const near = ends.filter(({ seconds }) => isNear(seconds, best.seconds));
  const consentedFrom = Math.min(...near.map(({ consentedAt }) => consentedAt));
  return {
    ...item,
    suspected: { ...best, since: now, consentedFrom, outlivedBy: [] },
    withdrawn: suspected ? 'replaced' : item.withdrawn,
  };
};

/** What spoke for a disproved age does not speak for it again. */
const withdrawn = (item: Ends, age: number): Ends => ({
  ...item,
  suspected: undefined,
  withdrawn: 'outlived',
  ends: item.ends.map((end) => (isNear(end.seconds, age) ? { ...end, refuted: true } : end)),
});

/** The same item when nothing is outlived by that. */
const outlived = (item: Ends, { authId, consentedAt, seconds }: Seen): Ends => {
  const { suspected } = item;
  if (!suspected || !isBeyond(seconds, suspected.seconds)) return item;
  // An application that lost its approval ends what is granted from then on: what was granted before lives, and disproves nothing.
  if (consentedAt < suspected.consentedFrom || suspected.outlivedBy.includes(authId)) return item;
  const outlivedBy = [...suspected.outlivedBy, authId];
  return outlivedBy.length < enough
    ? { ...item, suspected: { ...suspected, outlivedBy } }
    : withdrawn(item, suspected.seconds);
};

/** What is known after an auth was renewed at an age; the same item when that is nothing new. */
export const withRenewal = (item: Ends, seen: Seen, now: number): Ends => {
  const next = outlived(item, seen);
  return next === item ? item : believed({ ...next, changedAt: now }, now);
};

/** What is known after an auth has ended; the same item when that was known, or is older than all that is remembered. */
export const withEnd = (item: Ends, seen: Seen, now: number): Ends => {
  if (item.ends.some((end) => isSame(end, seen))) return item;
  const ends = latest([...item.ends, { ...seen, refuted: false }]);
  if (!ends.some((end) => isSame(end, seen))) return item;
  return believed(outlived({ ...item, ends, changedAt: now }, seen), now);
};
