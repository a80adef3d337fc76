/** A hundred years, and the end of year 9999: longer is a provider's way to say "never", or a mistake. */
const longestSeconds = 3_153_600_000;
const latestMilliseconds = 253_402_300_799_999;

/** September 2001, the billionth second. Earlier moments are zero times such as year 1, or lives in seconds. */
const earliestMilliseconds = 1_000_000_000_000;

/** Seconds that are written in ten or eleven digits become milliseconds; the former reach to the year 5138. */
const leastInMilliseconds = 100_000_000_000;

/** A number, also one in quotes; undefined for all else. */
const numberOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*\d{1,20}(\.\d{1,20})?\s*$/.test(value) ? Number(value) : undefined;
};

/**
 * A life that a provider tells, in whole seconds: a number or one in quotes, fractions cut off.
 * Undefined for what is no life: garbage, zero, less than a second, or more than a hundred years.
 */
export const lifetimeSeconds = (value: unknown, unit: 'seconds' | 'milliseconds'): number | undefined => {
  const count = numberOf(value);
  if (count === undefined) return undefined;
  const seconds = Math.floor(unit === 'seconds' ? count : count / 1000);
  return seconds >= 1 && seconds <= longestSeconds ? seconds : undefined;
};

/** ISO 8601 in its extended form. A time without an offset is taken as UTC, as servers mean it. */
const moment =
  /^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?\s?(?:(Z)|([+-]\d{2}):?(\d{2})?)?)?\s*$/i;

const ofText = (text: string): number => {
  const [, date, time, fraction = '0', , hours = '+00', minutes = '00'] = moment.exec(text) ?? [];
  if (date === undefined) return Number.NaN;
  return Date.parse(
    time === undefined ? date : `${date}T${time}${time.length > 5 ? `.${fraction}` : ''}${hours}:${minutes}`,
  );
};

/**
 * A moment that a provider tells, in milliseconds since 1970: ISO 8601, or a count of seconds or milliseconds since 1970.
 * Undefined for what is no moment, or none between 2001 and the year 9999.
 */
export const endOf = (value: unknown): number | undefined => {
  const count = numberOf(value);
  if (count === undefined && typeof value !== 'string') return undefined;
  const end =
    count === undefined ? ofText(String(value)) : count < leastInMilliseconds ? count * 1000 : count;
  return end >= earliestMilliseconds && end <= latestMilliseconds ? Math.floor(end) : undefined;
};
