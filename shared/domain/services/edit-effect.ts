import { createHash } from 'node:crypto';
import type { AuthDefinition } from '../../protocols/definition.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { ServiceDefinition } from './definition.ts';

/** Why an edit ends the auths that were made before it (R13). */
export interface DeadlyChange {
  /** Where in the definition, such as `auth.clientId`. */
  readonly path: string;
  readonly message: string;
}

const member = (auth: AuthDefinition, name: string): unknown =>
  new Map<string, unknown>(Object.entries(auth)).get(name);

const originOf = (url: unknown): unknown =>
  typeof url === 'string' ? /^https?:\/\/[^/?#]*/i.exec(url)?.[0].toLowerCase() : undefined;

interface Tie {
  readonly name: string;
  readonly of: (auth: AuthDefinition) => unknown;
  readonly message: string;
}

const same = (name: string, message: string): Tie => ({ name, of: (auth) => member(auth, name), message });
const sameHost = (name: string): Tie => ({
  name,
  of: (auth) => originOf(member(auth, name)),
  message: 'Another host: the tokens of the one before mean nothing there.',
});

const otherType = 'Another way to authenticate: the credentials of the one before do not fit.';
const otherApplication = 'Another application: what the provider granted to the one before is not its.';

const ofType = [same('type', otherType), same('grant', otherType)];
const ofApplication = [
  same('clientId', otherApplication),
  same('consumerKey', otherApplication),
  sameHost('tokenUrl'),
  sameHost('accessTokenUrl'),
];

/**
 * What ties auths to a definition. A type that asks anew with what the person once gave (client credentials, password, login)
 * survives all but another type.
 */
const tiesOf = ({ auth }: ServiceDefinition): readonly Tie[] =>
  protocolOf(auth).issue ? ofType : [...ofType, ...ofApplication];

/** What of an edit ends auths, judged by the two definitions alone; empty when they go on. */
export const deadlyChanges = (before: ServiceDefinition, after: ServiceDefinition): readonly DeadlyChange[] =>
  tiesOf(after)
    .filter(({ of }) => of(before.auth) !== of(after.auth))
    .map(({ name, message }) => ({ path: `auth.${name}`, message }));

/** Names all that ties auths to a definition: while it stays the same, edits end none of them. */
export const tieOf = (definition: ServiceDefinition): string =>
  createHash('sha256')
    .update(JSON.stringify(tiesOf(definition).map(({ of }) => of(definition.auth) ?? null)))
    .digest('base64url');
