import { isCredentialParameter } from './credentials.ts';
import { unreadable } from './unreadable.ts';

/** A URL without what must not be kept, and what was done to it. */
interface CleanUrl {
  readonly url: string;
  readonly warnings: readonly string[];
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

const nameOf = (parameter: string): string => decoded(parameter.split('=')[0] ?? '');

const isKey = (parameter: string): boolean =>
  isCredentialParameter(nameOf(parameter)) || nameOf(parameter).toLowerCase() === 'key';

const written = /^(?:([a-z][a-z\d+.-]*):\/\/)?([^/?#\\]*)([^?#]*)(?:\?([^#]*))?/i;

/** curl would send braces and brackets as many URLs. */
const globs = /[{}[\]]/;

const sound = (url: string): string => {
  if (!URL.canParse(url)) throw unreadable('Its URL cannot be read.');
  return url;
};

/**
 * Takes user name, password and parameters that bear credentials out of the URL of a command. All else stays as it was
 * written; `more` comes behind its query. Throws `AppError` 422 `unreadable_curl`.
 */
export const cleanUrl = (text: string, more: readonly string[], globOff: boolean): CleanUrl => {
  const [, scheme, authority = '', path = '', query = ''] = written.exec(text.trim()) ?? [];
  if (scheme !== undefined && !/^https?$/i.test(scheme))
    throw unreadable('Only URLs of http and https can be called.');
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host === '') throw unreadable('It names no host to call.');
  const parameters = [...query.split('&'), ...more].filter((parameter) => parameter !== '');
  const kept = parameters.filter((parameter) => !isKey(parameter));
  const leftOut = parameters.filter(isKey).map(nameOf);
  const search = kept.length === 0 ? '' : `?${kept.join('&').replaceAll('#', '%23')}`;
  return {
    url: sound(`${(scheme ?? 'https').toLowerCase()}://${host}${path}${search}`),
    warnings: [
      ...(scheme === undefined ? ['The URL had no scheme: https was put before it.'] : []),
      ...(host === authority
        ? []
        : ['User name and password of the URL were left out: the auth brings its own.']),
      ...leftOut.map(
        (name) =>
          `The query parameter ${name} was left out: it reads like a credential, and the auth brings its own.`,
      ),
      ...(!globOff && globs.test(`${path}${query}`)
        ? [
            'Braces and brackets of the URL were kept as they are: where they stand for a value, put it there.',
          ]
        : []),
    ],
  };
};
