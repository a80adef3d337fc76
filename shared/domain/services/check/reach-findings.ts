import { settingsOf } from '../check-definition.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { CheckFinding } from './finding.ts';
import { triedUrl } from './place.ts';
import { mayTry, mostEndpoints, nameOf, type Reach, type Reached } from './reach.ts';

const broken: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  dns: [
    'its host name is not known',
    'Check how the host is written, and that its name exists in the public DNS.',
  ],
  connect: [
    'nothing takes connections there',
    'Check host and port, and that the server takes connections from the Internet.',
  ],
  tls: [
    'its certificate is not trusted, or does not fit the host',
    'Have the server present a valid certificate for this host with its whole chain, and TLS 1.2 or newer.',
  ],
  timeout: [
    'it did not answer within 5 seconds',
    'Check that the address is right and not behind a firewall, then check again: it may have been slow only now.',
  ],
};
const otherwise = ['it broke the connection off', 'Check again; if it stays so, ask the provider.'] as const;

const refused = (path: string, { host }: URL): CheckFinding => ({
  level: 'error',
  code: 'address_refused',
  path,
  message: `${host} leads to an address that must not be called from here: a private or reserved one.`,
  remedy: 'Give the address that the provider has on the Internet.',
});

const unreachable = (path: string, { host }: URL, reason: Reach): CheckFinding => {
  const [why, remedy] = broken[reason === 'aborted' ? 'timeout' : reason] ?? otherwise;
  const message = `${host} could not be reached: ${why}.`;
  return { level: 'warning', code: 'unreachable', path, message, remedy };
};

const notTried = (path: string, why: string, remedy: string): CheckFinding => ({
  level: 'info',
  code: 'not_tried',
  path,
  message: `Whether this can be reached was not tried: ${why}.`,
  remedy,
});

const unfilled = (path: string, names: readonly string[]) =>
  notTried(
    path,
    `nothing fills ${names.map((name) => `{{${name}}}`).join(', ')} before an auth is made`,
    'Give the field a default where there is one, or make an auth and test it.',
  );

const tooMany = (path: string) =>
  notTried(
    path,
    `${String(mostEndpoints)} endpoints were tried already`,
    'Correct what was found, or check the environments one by one.',
  );

const unusable = (path: string, message: string): CheckFinding => ({
  level: 'warning',
  code: 'unusable_default',
  path,
  message: `With the defaults of its fields this makes no URL. ${message}`,
  remedy: 'Change the default of the field, or the URL.',
});

const judged = (path: string, url: URL, reach: Reach | undefined): readonly CheckFinding[] => {
  if (reach === undefined) return [tooMany(path)];
  if (reach === 'refused') return [refused(path, url)];
  return reach === 'answered' ? [] : [unreachable(path, url, reach)];
};

/** What asking the endpoints has shown. Paths are those of the definition's own environment. */
export const reachFindings = (
  definition: ServiceDefinition,
  reached: Reached,
  plainHttp: boolean,
): readonly CheckFinding[] =>
  settingsOf(definition)
    .filter(({ is }) => is === 'url')
    .flatMap(({ path, text }) => {
      const tried = triedUrl(definition, text, plainHttp);
      if (tried.kind === 'open') return [unfilled(path, tried.names)];
      if (tried.kind === 'unusable') return [unusable(path, tried.message)];
      return mayTry(tried.url, plainHttp) ? judged(path, tried.url, reached.get(nameOf(tried.url))) : [];
    });
