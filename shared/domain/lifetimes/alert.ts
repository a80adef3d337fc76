import { leads } from '../auths/timing.ts';

/** A predicted end, and what was told of it. Times are milliseconds since 1970. */
interface Ending {
  readonly end: number;
  /** From when the life counts that ends then: long lives are told of earlier. */
  readonly since: number;
  /** The last telling: of which end, and how long before it; 0 is the end itself. */
  readonly alerted?: { readonly end: number; readonly lead: number } | undefined;
}

const all = ({ end, since }: Ending): readonly number[] => [...leads(end - since), 0];

/** Ends that are so near to each other are the same to people: a provider that counts down seconds moves an end a little each time. */
const sameEnd = ({ end, since, alerted }: Ending): boolean => {
  const shortest = leads(end - since).at(-1) ?? 0;
  return alerted !== undefined && Math.abs(alerted.end - end) <= shortest / 2;
};

const untold = (ending: Ending): readonly number[] => {
  const { alerted } = ending;
  return alerted && sameEnd(ending) ? all(ending).filter((lead) => lead < alerted.lead) : all(ending);
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
