import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { ProviderAnswer, type Granted, type Ground, type Values } from '../../protocols/protocol.ts';
import { secret, type Secret } from '../../secret.ts';
import { fill, UnfilledPlaceholder } from '../../template.ts';
import { Instant } from '../inputs.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Secrets } from '../services/secrets.ts';
import { credentialRef, type Auth } from './auth.ts';

/** A provider's answer, whole, and what stays good when the answer brings no other. */
const FromAnswer = z.object({
  from: z.literal('answer'),
  answer: ProviderAnswer,
  receivedAt: Instant,
  /** The refresh token that was spent, and its end. */
  carried: z.string().optional(),
  carriedUntil: Instant.optional(),
  /** Values of the callback and of earlier answers, which fill `metadata.…`. */
  metadata: z.record(z.string(), z.string()).default({}),
});

/** Tokens that somebody obtained elsewhere (R51). */
const FromImport = z.object({
  from: z.literal('import'),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  tokenSecret: z.string().optional(),
  expiresAt: Instant.optional(),
  metadata: z.record(z.string(), z.string()).default({}),
});

/** What the vault holds of an auth: what the person gave, and what the provider granted. */
export const Credential = z.object({
  fields: z.record(z.string(), z.string()),
  grant: z.discriminatedUnion('from', [FromAnswer, FromImport]).optional(),
});
export type Credential = z.infer<typeof Credential>;

/** A credential ready for use. */
export interface OpenCredential {
  /** What fills the placeholders of the service: fields, `access_token`, `metadata.…`. */
  readonly values: Values;
  readonly fields: Values;
  /** How the access token is to be presented, where the provider told it. */
  readonly tokenType?: string | undefined;
  readonly refreshToken: Secret | undefined;
  readonly accessExpiresAt: number | undefined;
  readonly refreshExpiresAt: number | undefined;
  readonly scopes: readonly string[] | undefined;
}

/** Names a refresh token without telling it. */
export const lineageOf = (refreshToken: Secret | undefined): string | undefined =>
  refreshToken && createHash('sha256').update(refreshToken.reveal()).digest('base64url');

const metadataPrefix = 'metadata.';

const asMetadata = (metadata: Values): Values =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value]));

/** The metadata among values, by its bare names: what the next renewal carries on. */
export const metadataOf = (values: Values): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(metadataPrefix))
      .map(([name, value]) => [name.slice(metadataPrefix.length), value]),
  );

const clientId = ({ definition: { auth } }: ServiceInUse, fields: Values): Values => {
  if (!('clientId' in auth)) return {};
  try {
    return { client_id: fill(auth.clientId, fields) };
  } catch (error) {
    if (error instanceof UnfilledPlaceholder) return {};
    throw error;
  }
};

const until = (receivedAt: number, { expiresAt, lifetimeSeconds }: Granted): number | undefined =>
  expiresAt ?? (lifetimeSeconds === undefined ? undefined : receivedAt + lifetimeSeconds * 1000);

const fromAnswer = (
  { answer, receivedAt, carried, carriedUntil, metadata }: z.infer<typeof FromAnswer>,
  service: ServiceInUse,
): Omit<OpenCredential, 'fields'> | undefined => {
  const verdict = protocolOf(service.definition.auth).judge(answer);
  if (verdict.kind !== 'granted') return undefined;
  const { granted } = verdict;
  const told = granted.refreshLifetimeSeconds;
  return {
    values: { ...asMetadata(metadata), ...granted.values },
    tokenType: granted.tokenType,
    refreshToken: granted.refreshToken ?? (carried === undefined ? undefined : secret(carried)),
    accessExpiresAt: until(receivedAt, granted),
    // A new refresh token has a life of its own; the one that stays keeps the end that it had.
    refreshExpiresAt:
      told === undefined ? (granted.refreshToken ? undefined : carriedUntil) : receivedAt + told * 1000,
    scopes: granted.scopes,
  };
};

const opened = ({ grant }: Credential, service: ServiceInUse): Omit<OpenCredential, 'fields'> | undefined => {
  const nothing = {
    refreshToken: undefined,
    accessExpiresAt: undefined,
    refreshExpiresAt: undefined,
    scopes: undefined,
  };
  const { issue, consent } = protocolOf(service.definition.auth);
  // Where a provider grants tokens, fields alone are no credential.
  if (!grant) return issue || consent ? undefined : { ...nothing, values: {} };
  if (grant.from === 'answer') return fromAnswer(grant, service);
  return {
    ...nothing,
    values: {
      ...asMetadata(grant.metadata),
      access_token: grant.accessToken,
      ...(grant.tokenSecret !== undefined && { token_secret: grant.tokenSecret }),
    },
    refreshToken: grant.refreshToken === undefined ? undefined : secret(grant.refreshToken),
    accessExpiresAt: grant.expiresAt,
  };
};

/** The fields of a credential; one that came with an edit has its default in auths made before. */
export const fieldsOf = (credential: Credential, service: ServiceInUse): Credential['fields'] => {
  const defaults = service.definition.fields.flatMap(({ key, required, default: value }) =>
    required && value !== undefined ? [[key, value] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...credential.fields };
};

/** Reads a credential by the definition of its service; undefined when the answer that it holds is not a good one. */
export const openCredential = (credential: Credential, service: ServiceInUse): OpenCredential | undefined => {
  const open = opened(credential, service);
  const fields = fieldsOf(credential, service);
  return open && { ...open, fields, values: { ...clientId(service, fields), ...fields, ...open.values } };
};

/** What requests to the provider are built from: the values, and the secrets of the service. */
export const groundOf = (
  { clock, random, settings }: Pick<Deps, 'clock' | 'random' | 'settings'>,
  { service, values, secrets }: { service: ServiceInUse; values: Values; secrets: Secrets },
): Ground => {
  const own = Object.entries(secrets).filter(([name]) => name.startsWith('secrets.'));
  return {
    values: { ...Object.fromEntries(own.map(([name, value]) => [name, value.reveal()])), ...values },
    secrets,
    urls: {
      hosts: service.definition.hosts,
      plainHttp: settings.plainHttp,
      closed: Object.keys(secrets).length > 0,
    },
    now: clock.now(),
    bytes: random.bytes,
  };
};

/** The same where there are only fields yet. */
export const groundOfFields = async (
  deps: Pick<Deps, 'clock' | 'random' | 'settings' | 'vault'>,
  service: ServiceInUse,
  fields: Values,
): Promise<Ground> =>
  groundOf(deps, {
    service,
    values: { ...clientId(service, fields), ...fields },
    secrets: await service.secrets(deps),
  });

type AuthRef = Pick<Auth, 'organizationId' | 'workspaceId' | 'id'>;

/** Keeps a credential under a version. Nothing points to it yet. */
export const keepCredential = (
  { vault }: Pick<Deps, 'vault'>,
  auth: AuthRef,
  { version, credential }: { version: string; credential: Credential },
): Promise<void> => vault.put(credentialRef(auth), version, secret(JSON.stringify(credential)));

/** The same, tried hard: an answer that was just received may hold the only live token. Rejects after four tries. */
export const keepSurely = async (
  deps: Pick<Deps, 'vault' | 'clock'>,
  auth: AuthRef,
  kept: { version: string; credential: Credential },
): Promise<void> => {
  for (const pause of [200, 1000, 3000]) {
    try {
      await keepCredential(deps, auth, kept);
      return;
    } catch {
      await deps.clock.sleep(pause);
    }
  }
  await keepCredential(deps, auth, kept);
};

/** Reads a version; undefined when the vault does not hold it. */
export const loadCredential = async (
  { vault }: Pick<Deps, 'vault'>,
  auth: AuthRef,
  version: string,
): Promise<Credential | undefined> => {
  const kept = await vault.get(credentialRef(auth), version);
  return kept && Credential.parse(JSON.parse(kept.reveal()));
};
