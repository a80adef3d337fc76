import { isNear } from './near.ts';

/** So many ends at one age are no accident. */
const fewest = 5;

/** An age, in seconds, and how many ended within 10 % of it. */
interface CommonAge {
  readonly seconds: number;
  readonly ends: number;
}

/** How many of some ages are within 10 % of one. */
export const endsNear = (ages: readonly number[], seconds: number): number =>
  ages.filter((age) => isNear(age, seconds)).length;

/**
 * The age that both are near, if there is one. The youngest, but not younger than the first of them: an end is seen some time
 * after it came, up to a day where nobody uses the auth, and people are better told too early.
 */
const between = (first: number, last: number): number => Math.max(first, Math.ceil((last * 10) / 11));

const from = (ages: readonly number[], first: number): CommonAge => {
  const together = ages.filter((age) => age >= first && isNear(first, between(first, age)));
  return { seconds: between(first, Math.max(...together)), ends: together.length };
};

/** The age near which the most have ended, of several the youngest; undefined when fewer than five ended near any. */
export const commonAge = (ages: readonly number[]): CommonAge | undefined =>
  ages
    .map((first) => from(ages, first))
    .filter(({ ends }) => ends >= fewest)
    .toSorted((a, b) => b.ends - a.ends || a.seconds - b.seconds)[0];
