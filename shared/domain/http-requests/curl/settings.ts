import type { HttpRequestInput } from '../document.ts';
import type { Argument } from './arguments.ts';
import type { Does } from './options.ts';
import { unreadable } from './unreadable.ts';

const has = (given: readonly Argument[], does: Does): boolean => given.some((one) => one.does === does);

const lastOf = (given: readonly Argument[], does: Does): Argument | undefined =>
  given.filter((one) => one.does === does).at(-1);

const numberOf = (argument: Argument | undefined): number | undefined => {
  if (!argument) return undefined;
  if (!/^-?\d+(?:\.\d+)?$/.test(argument.value))
    throw unreadable(`The option ${argument.option} takes a number.`);
  return Number(argument.value);
};

const mostRedirects = 20;
const mostRetries = 5;
const longest = 28;

const redirects = (given: readonly Argument[]): HttpRequestInput['followRedirects'] => {
  const trusted = has(given, 'trusted');
  if (!has(given, 'location') && !trusted) return undefined;
  const most = numberOf(lastOf(given, 'maxRedirects'));
  const keepMethod = has(given, 'keepMethod');
  if (most === undefined && !keepMethod && !trusted) return true;
  return {
    ...(most !== undefined && { most: most < 0 ? mostRedirects : Math.min(Math.floor(most), mostRedirects) }),
    ...(keepMethod && { keepMethod }),
    ...(trusted && { keepAuthorization: true }),
  };
};

/** How the call is made: redirects, time, repeats, and which statuses are errors. Throws 422 `unreadable_curl`. */
export const settingsOf = (given: readonly Argument[]) => {
  const seconds = numberOf(lastOf(given, 'maxTime'));
  const retries = numberOf(lastOf(given, 'retry'));
  const followRedirects = redirects(given);
  return {
    ...(followRedirects !== undefined && { followRedirects }),
    ...(seconds !== undefined &&
      seconds > 0 && { timeoutSeconds: Math.min(Math.max(seconds, 0.1), longest) }),
    ...(retries !== undefined && retries > 0 && { retries: Math.min(Math.floor(retries), mostRetries) }),
    ...(has(given, 'fail') && { acceptStatus: '100-399' }),
  };
};

/** What of a command was not done, or is done otherwise. */
export const settingWarnings = (given: readonly Argument[]): readonly string[] => {
  const by = (does: Does) => [
    ...new Set(given.filter((one) => one.does === does).map(({ option }) => option)),
  ];
  return [
    ...by('credential').map(
      (option) => `The option ${option} was left out: it brings a credential, and the auth brings its own.`,
    ),
    ...by('connection').map(
      (option) => `The option ${option} was left out: how the service is reached is not the caller's to say.`,
    ),
    ...by('insecure').map((option) => `The option ${option} was left out: certificates are always checked.`),
    ...((numberOf(lastOf(given, 'maxTime')) ?? 0) > longest
      ? [`The time-out was cut to ${String(longest)} seconds, the longest that a document may say.`]
      : []),
    ...((numberOf(lastOf(given, 'retry')) ?? 0) > mostRetries
      ? [`The retries were cut to ${String(mostRetries)}.`]
      : []),
  ];
};
