import * as z from 'zod';
import { invalid } from '../../errors.ts';
import type { Deps, Random, VaultRef } from '../../ports.ts';
import { AuthDefinition, secretMembers } from '../../protocols/definition.ts';
import { secret, type Secret } from '../../secret.ts';
import { memory } from '../memory.ts';
import { newVersion } from '../vault-version.ts';
import { Instant } from '../inputs.ts';
import { production, type ServiceDefinition, type ServiceInput } from './definition.ts';

/** Of one environment: which version in the vault holds its secrets, which there are, and since when. */
export const SecretsStatus = z.object({
  version: z.string(),
  /** The version before: kept for those who read the service a moment ago, forgotten when the next one comes. */
  before: z.string().optional(),
  /** The next client secret of this version has become the present one: the vault is not written for that (ADR 0022). */
  rolledOver: z.literal(true).optional(),
  since: z.record(z.string(), Instant),
});
export type SecretsStatus = z.infer<typeof SecretsStatus>;

/** Secrets by name: `clientSecret`, `nextClientSecret`, `privateKey`, `consumerSecret`, `secrets.<key>`. */
export type Secrets = Readonly<Record<string, Secret>>;
const Kept = z.record(z.string(), z.string());

interface Owner {
  readonly organizationId: string;
  readonly id: string;
}

/** Where the secrets of an environment's OAuth application lie: apart from each other, so that none is read with another's. */
export const secretsRef = ({ organizationId, id }: Owner, environment: string): VaultRef => ({
  kind: 'service',
  organizationId,
  id: environment === production ? id : `${id}.${environment}`,
});

/** Parts secrets from what is not; an empty one counts as none (R53). */
const part = (members: Readonly<Record<string, unknown>>) => {
  const given = Object.entries(members).filter(([name]) => secretMembers.includes(name));
  const rest = Object.fromEntries(Object.entries(members).filter(([name]) => !secretMembers.includes(name)));
  return { given, rest };
};

const Revealed = z.object({ reveal: z.custom<() => string>((value) => typeof value === 'function') });

/** A secret that was parsed, or the plain text of an environment's override, which is parsed only when merged. */
const textOf = (value: unknown): string =>
  z.string().max(16_384).safeParse(value).data ?? Revealed.safeParse(value).data?.reveal() ?? '';

const named = (pairs: readonly (readonly [string, unknown])[]): Secrets =>
  Object.fromEntries(
    pairs
      .map(([name, value]) => [name, textOf(value)] as const)
      .filter(([, text]) => text !== '')
      .map(([name, text]) => [name, secret(text)]),
  );

const ownSecrets = (secrets: Secrets) =>
  Object.entries(secrets).map(([name, value]) => [`secrets.${name}`, value] as const);

/** A definition without its secrets, and the secrets of each environment. */
export interface SplitService {
  readonly definition: ServiceDefinition;
  readonly secrets: Readonly<Record<string, Secrets>>;
}

/** Parts a definition from its secrets. */
export const splitSecrets = (input: ServiceInput): SplitService => {
  const { secrets, environments, auth, ...document } = input;
  const { given: ofAuth, rest: members } = part(auth);
  const others = Object.entries(environments).map(([name, { secrets: own, auth: override, ...rest }]) => {
    const { given, rest: plain } = part(override);
    return { name, override: { ...rest, auth: plain }, secrets: named([...given, ...ownSecrets(own)]) };
  });
  return {
    definition: {
      ...document,
      auth: AuthDefinition.parse(members),
      environments: Object.fromEntries(others.map(({ name, override }) => [name, override])),
    },
    secrets: {
      [production]: named([...ofAuth, ...ownSecrets(secrets)]),
      ...Object.fromEntries(others.map((other) => [other.name, other.secrets])),
    },
  };
};

interface KeepInput {
  readonly owner: Owner;
  readonly environment: string;
  readonly before: SecretsStatus | undefined;
  readonly given: Secrets;
}

/** Secrets Manager takes 65,536 bytes. */
const largest = 60_000;

const tooLarge = (environment: string) =>
  invalid('invalid_service', 'The secrets of this service are too large together.', [
    {
      path: environment === production ? 'body.secrets' : `body.environments.${environment}.secrets`,
      message: `Expected at most ${String(largest)} bytes, those kept from before included.`,
    },
  ]);

/** Secrets as the vault keeps them. Rejects with 422 `invalid_service` what is too large for that. */
const packed = (environment: string, secrets: Secrets): Secret => {
  const texts = Object.entries(secrets).map(([name, value]) => [name, value.reveal()]);
  const value = JSON.stringify(Object.fromEntries(texts));
  if (Buffer.byteLength(value) > largest) throw tooLarge(environment);
  return secret(value);
};

/** Rejects with 422 `invalid_service` secrets that are too large together, before any is kept. */
export const demandRoom = ({ secrets }: SplitService): void => {
  for (const [environment, given] of Object.entries(secrets)) packed(environment, given);
};

/** A client secret that is given without a next one is what there is from now on: the next one of before goes. */
const outdated = (given: Secrets, name: string): boolean =>
  name === 'nextClientSecret' && 'clientSecret' in given && !('nextClientSecret' in given);

/**
 * Keeps the secrets of an environment beside those that it had: new ones overwrite, the others stay (R53), but for a next client
 * secret when the client secret is given anew without one.
 */
export const keepSecrets = async (
  deps: Pick<Deps, 'vault' | 'clock'> & { readonly random: Random },
  { owner, environment, before, given }: KeepInput,
): Promise<SecretsStatus | undefined> => {
  if (Object.keys(given).length === 0) return before;
  const ref = secretsRef(owner, environment);
  const kept = before ? settled(await readSecrets(deps, ref, before.version), before) : {};
  const all = Object.entries({ ...kept, ...given }).filter(([name]) => !outdated(given, name));
  const value = packed(environment, Object.fromEntries(all));
  const version = newVersion(deps.random);
  await deps.vault.put(ref, version, value);
  const now = deps.clock.now();
  const since = Object.fromEntries(Object.keys(given).map((name) => [name, now]));
  const stays = Object.entries(before?.since ?? {}).filter(([name]) => !outdated(given, name));
  return { version, before: before?.version, since: { ...Object.fromEntries(stays), ...since } };
};

/** Reads a version of an environment's secrets. */
const readSecrets = async (
  { vault }: Pick<Deps, 'vault'>,
  ref: VaultRef,
  version: string,
): Promise<Secrets> => {
  const kept = await vault.get(ref, version);
  // A service points to it, so it was kept: a vault that does not find it may do so later.
  if (!kept) throw new Error('The vault does not find the secrets of a service.');
  const texts = Kept.parse(JSON.parse(kept.reveal()));
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, secret(text)]));
};

const recent = memory<Secrets>(300_000);

/** The same for use: a version never changes, so what is known of it stays true, and renewals by the thousand read it once. */
const knownSecrets = (
  deps: Pick<Deps, 'vault' | 'clock'>,
  ref: VaultRef,
  version: string,
): Promise<Secrets> =>
  recent.recall(deps, `${ref.organizationId}/${ref.id}/${version}`, () => readSecrets(deps, ref, version));

/** What a version holds as it counts now: of two client secrets the one that has taken over. */
const settled = (
  { nextClientSecret, ...secrets }: Secrets,
  { rolledOver }: Pick<SecretsStatus, 'rolledOver'>,
): Secrets => {
  if (!nextClientSecret) return secrets;
  return rolledOver ? { ...secrets, clientSecret: nextClientSecret } : { ...secrets, nextClientSecret };
};

interface WithSecrets extends Owner {
  readonly secrets: Readonly<Record<string, SecretsStatus>>;
  readonly definition: ServiceDefinition;
}

/**
 * Another OAuth application has its own secrets: those of production are not handed to it. Nor does a next client secret follow
 * one of the environment's own.
 */
export const inheritedSecrets = (
  { definition, secrets }: Pick<WithSecrets, 'definition' | 'secrets'>,
  environment: string,
): readonly string[] => {
  const own = definition.environments[environment]?.auth ?? {};
  const apart = 'clientId' in own || 'consumerKey' in own;
  const ownSecret = secrets[environment]?.since['clientSecret'] !== undefined;
  return Object.keys(secrets[production]?.since ?? {}).filter(
    (name) => name.startsWith('secrets.') || !(apart || (ownSecret && name === 'nextClientSecret')),
  );
};

/** The secrets of a service as one environment has them. */
export const secretsIn = async (
  deps: Pick<Deps, 'vault' | 'clock'>,
  service: WithSecrets,
  environment: string,
): Promise<Secrets> => {
  const own = service.secrets[environment];
  const kept = own
    ? settled(await knownSecrets(deps, secretsRef(service, environment), own.version), own)
    : {};
  const base = service.secrets[production];
  if (environment === production || !base) return kept;
  const shared = settled(await knownSecrets(deps, secretsRef(service, production), base.version), base);
  const names = inheritedSecrets(service, environment);
  const inherited = Object.entries(shared).filter(([name]) => names.includes(name));
  return { ...Object.fromEntries(inherited), ...kept };
};
