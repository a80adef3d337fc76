import { firstDetails, invalid, type ErrorDetail } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { openPlaceholders } from '../../protocols/url-template.ts';
import type { Setting } from '../../protocols/protocol.ts';
import { placeholders } from '../../template.ts';
import { findUmbrella } from '../umbrellas/get.ts';
import { production, type ServiceDefinition } from './definition.ts';
import { definitionIn, environmentsOf } from './environment.ts';

/** Every setting of a definition that may hold placeholders, by its path in the document. */
export const settingsOf = ({ baseUrl, apply, auth, test }: ServiceDefinition): readonly Setting[] => [
  { path: 'baseUrl', text: baseUrl, is: 'url', filledFrom: 'answers' },
  ...protocolOf(auth).settings.map((setting) => ({ ...setting, path: `auth.${setting.path}` })),
  ...(apply ?? []).map(({ value }, index): Setting => ({
    path: `apply.${String(index)}.value`,
    text: value,
    is: 'text',
    filledFrom: 'answers',
  })),
  ...(test ? [{ path: 'test.path', text: test.path, is: 'text', filledFrom: 'answers' } as const] : []),
];

/** What fills placeholders: the fields, the secrets of the service, and what the provider answers. */
const known = (definition: ServiceDefinition, secrets: readonly string[], setting: Setting) => {
  const { auth, fields } = definition;
  const protocol = protocolOf(auth);
  return [
    ...fields.map(({ key }) => key),
    ...('clientId' in auth ? ['client_id'] : []),
    ...(setting.shown ? [] : secrets.filter((name) => name.startsWith('secrets.'))),
    // A token in the base URL would stand in every log on the way.
    ...(setting.filledFrom === 'answers'
      ? protocol.provides.filter((name) => setting.path !== 'baseUrl' || name.startsWith('metadata.'))
      : []),
    ...(setting.alsoFilledBy ?? []),
  ];
};

interface Checked {
  readonly definition: ServiceDefinition;
  readonly secrets: readonly string[];
  readonly plainHttp: boolean;
}

const unfilled = ({ definition, secrets }: Checked): readonly ErrorDetail[] =>
  settingsOf(definition).flatMap((setting) => {
    const names = known(definition, secrets, setting);
    return placeholders(setting.text)
      .filter((name) => !names.includes(name))
      .map((name) => ({
        path: setting.path,
        message: `Nothing fills {{${name}}} here: add a field with this key, or name one of ${names.join(', ') || 'the fields'}.`,
      }));
  });

const plain = ({ definition, plainHttp }: Checked): readonly ErrorDetail[] =>
  settingsOf(definition)
    .filter(({ is, text }) => is === 'url' && !plainHttp && text.toLowerCase().startsWith('http:'))
    .map(({ path }) => ({
      path,
      message: 'Expected https://: over plain HTTP everyone on the way reads the credential.',
    }));

const nothingApplied = ({ definition: { auth, apply } }: Checked): readonly ErrorDetail[] =>
  auth.type === 'token' && !apply?.length
    ? [
        {
          path: 'apply',
          message:
            'Say where the token goes, such as {"in": "header", "name": "Authorization", "value": "Bearer {{api_key}}"}.',
        },
      ]
    : [];

const hostless = ({ definition: { baseUrl, hosts } }: Checked): readonly ErrorDetail[] =>
  baseUrl.startsWith('{{') && hosts.length === 0
    ? [
        {
          path: 'hosts',
          message:
            'The base URL comes from the provider: list the hosts that it may have, such as "*.acme.com". A credential goes nowhere else.',
        },
      ]
    : [];

/** Whether a request to this URL carries a secret of the application or of the service. */
const carriesSecrets = ({ path }: Setting, secrets: readonly string[]): boolean =>
  path === 'baseUrl'
    ? secrets.some((name) => name.startsWith('secrets.'))
    : path !== 'auth.authorizationUrl' && secrets.length > 0;

/** A person who may name the host would have the service's own secrets sent there, unless the hosts are listed. */
const openHosts = ({ definition, secrets }: Checked): readonly ErrorDetail[] =>
  settingsOf(definition)
    .filter(
      (setting) => setting.is === 'url' && definition.hosts.length === 0 && carriesSecrets(setting, secrets),
    )
    .flatMap(({ path, text }) =>
      openPlaceholders(text).map((name) => ({
        path,
        message: `Whoever fills in {{${name}}} chooses where the secrets of this service are sent. List the hosts that it may be under hosts, such as "*.acme.com", or write the end of the host out.`,
      })),
    );

const secretAdvice: Readonly<Record<string, string>> = {
  clientSecret: 'Give the secret, or say "clientAuthentication": "none".',
  consumerSecret: 'Give the secret that the provider shows beside the consumer key.',
  privateKey: 'Give the private key: PKCS #8 in PEM, or a JWK.',
};

const missingSecrets = ({ definition, secrets }: Checked): readonly ErrorDetail[] =>
  protocolOf(definition.auth)
    .needsSecrets.filter((name) => !secrets.includes(name))
    .map((name) => ({ path: `auth.${name}`, message: secretAdvice[name] ?? 'Give this secret.' }));

/** Bytes of JSON: an item of the store takes 400 kB, and a service is more than its definition. */
const largest = 262_144;

const tooLarge = (definition: ServiceDefinition): readonly ErrorDetail[] =>
  Buffer.byteLength(JSON.stringify(definition)) > largest
    ? [{ path: 'body', message: `Expected a definition of at most ${String(largest)} bytes.` }]
    : [];

const checks = [unfilled, plain, nothingApplied, hostless, openHosts, missingSecrets];

const unknownUmbrella = async (deps: Pick<Deps, 'store'>, organizationId: string, umbrellaId?: string) =>
  umbrellaId === undefined || (await findUmbrella(deps, { organizationId, umbrellaId }))
    ? []
    : [{ path: 'umbrellaId', message: 'There is no such umbrella. Make it with POST /v1/umbrellas.' }];

interface CheckInput {
  readonly organizationId: string;
  readonly definition: ServiceDefinition;
  /** The names of the secrets that each environment has. */
  readonly secrets: (environment: string) => readonly string[];
}

/** Rejects with 422, every wrong field named, when a definition of the right form cannot work in one of its environments. */
export const checkDefinition = async (
  { store, settings }: Pick<Deps, 'store' | 'settings'>,
  { organizationId, definition, secrets }: CheckInput,
): Promise<void> => {
  const details: ErrorDetail[] = [...tooLarge(definition)];
  for (const environment of environmentsOf(definition)) {
    const resolved = definitionIn(definition, environment);
    const checked = { definition: resolved, secrets: secrets(environment), plainHttp: settings.plainHttp };
    const found = [
      ...checks.flatMap((check) => check(checked)),
      ...(await unknownUmbrella({ store }, organizationId, resolved.umbrellaId)),
    ];
    const place = environment === production ? 'body' : `body.environments.${environment}`;
    details.push(...found.map(({ path, message }) => ({ path: `${place}.${path}`, message })));
  }
  if (details.length > 0)
    throw invalid('invalid_service', 'The definition cannot work as it is.', firstDetails(details, 'body'));
};
