/** Of 13 digits, as milliseconds are until the year 2286. */
const end = 9_999_999_999_999;

const length = String(end).length;

/** The day of a moment (UTC), such as `2026-03-02`. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** When the day of a moment began. */
export const dayBegan = (at: number): number => at - (at % 86_400_000);

/** What sorts by time, the newest first. */
export const placeInTime = (at: number, tie = ''): string =>
  `${String(end - at).padStart(length, '0')}#${tie}`;

/** What all sorts before that was at this time or later: no tie begins with a tilde. */
export const placeBefore = (at: number): string => placeInTime(at, '~');

const pattern = /^\d{13}#/;

/** The time of a place; undefined when it is none. */
export const timeOfPlace = (place: string): number | undefined =>
  pattern.test(place) ? end - Number(place.slice(0, length)) : undefined;
