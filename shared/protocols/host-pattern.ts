import * as z from 'zod';

const label = '[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?';
const name = new RegExp(`^${label}(?:\\.${label})*$`);

/** Endings under which anyone may register a name. Not the whole public suffix list: what a builder is likely to write. */
const registry = /^(?:(?:ac|co|com|edu|gov|net|org)\.)?[a-z]+$/;

/** Whether an ending of a host name, written without a dot before it, belongs to nobody in particular. */
export const isRegistry = (ending: string): boolean => registry.test(ending.toLowerCase());

const parts = (pattern: string) => {
  const [host = '', port] = pattern.split(':');
  const below = host.startsWith('*.');
  return { below, host: below ? host.slice(2) : host, port };
};

/** A person may write the port that https has anyway; a parsed URL leaves it out. */
const written = (port: string | undefined) => (port === undefined || port === '443' ? '' : port);

const portSound = (port: string | undefined) =>
  port === undefined || (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535);

const sound = (pattern: string): boolean => {
  const { below, host, port } = parts(pattern);
  const one = pattern.split(':').length <= 2 && name.test(host) && portSound(port);
  return one && (!below || (host.includes('.') && !isRegistry(host) && !/\.\d+$/.test(host)));
};

/** A host that credentials may go to: `files.acme.com`, `files.acme.com:8443`, or `*.acme.com` for all below it. */
export const HostPattern = z
  .string()
  .max(255)
  .refine(
    sound,
    'Expected a host name in lower case such as files.acme.com, files.acme.com:8443 or *.acme.com (at least two names behind the star).',
  );

/**
 * Whether a host is one of those listed. `host` is that of a parsed URL: lower case, with a port where it is not the
 * scheme's own. A star stands for one name or several, so that `*.acme.com` is not acme.com itself.
 */
export const hostAllowed = (host: string, patterns: readonly string[]): boolean => {
  const asked = parts(host);
  return patterns.some((pattern) => {
    const { below, host: listed, port } = parts(pattern);
    const named = below
      ? asked.host.length > listed.length + 1 && asked.host.endsWith(`.${listed}`)
      : asked.host === listed;
    return named && written(asked.port) === written(port);
  });
};
