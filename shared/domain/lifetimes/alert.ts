import { leads } from '../auths/timing.ts';

/** Of which end was told, and how long before it; 0 is the end itself. Milliseconds. */
interface Telling {
  readonly end: number;
  readonly lead: number;
}

/** A predicted end, and what was told of it. Times are milliseconds since 1970. */
interface Ending {
  readonly end: number;
  /** From when the life counts that ends then: long lives are told of earlier. */
  readonly since: number;
  /** What was told last of this end and of others. */
  readonly alerted?: readonly Telling[] | undefined;
}

const all = ({ end, since }: Ending): readonly number[] => [...leads(end - since), 0];

/** Ends that are so near to each other are the same to people: a provider that counts down seconds moves an end a little each time. */
const sameEnd = ({ end, since }: Ending, other: Telling): boolean => {
  const shortest = leads(end - since).at(-1) ?? 0;
  return Math.abs(other.end - end) <= shortest / 2;
};

const untold = (ending: Ending): readonly number[] => {
  const last = ending.alerted?.findLast((telling) => sameEnd(ending, telling));
  return last ? all(ending).filter((lead) => lead < last.lead) : all(ending);
};

/** So many ends do not lie ahead of one auth at a time. */
const remembered = 10;

/** What was told of all ends, once this was told of one. Of other ends that are past it is kept that they came. */
export const withTelling = (ending: Ending, lead: number, now: number): Telling[] => {
  const others = (ending.alerted ?? []).filter(
    (telling) => (telling.end > now || telling.lead === 0) && !sameEnd(ending, telling),
  );
  return [...others, { end: ending.end, lead }].slice(-remembered);
};

/** What is to be told now: the shortest lead time whose moment has come and that was not told, 0 at the end; undefined when nothing is. */
export const toTell = (ending: Ending, now: number): number | undefined =>
  untold(ending).findLast((lead) => ending.end - lead <= now);

/** The next moment that is still ahead at which something is to be told; undefined when all is told or past. */
export const nextMoment = (ending: Ending, now: number): number | undefined =>
  untold(ending)
    .map((lead) => ending.end - lead)
    .find((moment) => moment > now);

/** When somebody must be told next of a new end: at once where a moment is past that nobody was told of. */
export const firstMoment = (ending: Ending, now: number): number | undefined =>
  toTell(ending, now) === undefined ? nextMoment(ending, now) : now;
