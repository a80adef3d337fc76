import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { judgeTokenAnswer, TokenAnswer } from '../../protocols/oauth2/judge.ts';
import { secret, type Secret } from '../../secret.ts';
import { Instant } from '../inputs.ts';
import type { Service } from '../services/service.ts';
import { credentialRef, type Auth } from './auth.ts';

/** A token endpoint's answer, whole, and the refresh token that stays good when the answer brings no other. */
const FromAnswer = z.object({
  from: z.literal('answer'),
  answer: TokenAnswer,
  receivedAt: Instant,
  carried: z.string().optional(),
});

/** Tokens that somebody obtained elsewhere (R51). */
const FromImport = z.object({
  from: z.literal('import'),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  expiresAt: Instant.optional(),
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
  readonly values: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly refreshToken: Secret | undefined;
  readonly accessExpiresAt: number | undefined;
}

/** Names a refresh token without telling it. */
export const lineageOf = (refreshToken: Secret | undefined): string | undefined =>
  refreshToken && createHash('sha256').update(refreshToken.reveal()).digest('base64url');

/** Reads a credential by the definition of its service; undefined when the answer that it holds is not a good one. */
export const openCredential = (
  { fields, grant }: Credential,
  { definition }: Service,
): OpenCredential | undefined => {
  if (!grant) return { values: fields, fields, refreshToken: undefined, accessExpiresAt: undefined };
  if (grant.from === 'import') {
    const refreshToken = grant.refreshToken === undefined ? undefined : secret(grant.refreshToken);
    const values = { ...fields, access_token: grant.accessToken };
    return { values, fields, refreshToken, accessExpiresAt: grant.expiresAt };
  }
  if (definition.auth.type !== 'oauth2') return undefined;
  const verdict = judgeTokenAnswer(grant.answer, definition.auth);
  if (verdict.kind !== 'tokens') return undefined;
  const { accessToken, refreshToken, lifetimeSeconds, metadata } = verdict.tokens;
  const kept = Object.entries(metadata).map(([name, value]): [string, string] => [`metadata.${name}`, value]);
  return {
    values: { ...fields, access_token: accessToken.reveal(), ...Object.fromEntries(kept) },
    fields,
    refreshToken: refreshToken ?? (grant.carried === undefined ? undefined : secret(grant.carried)),
    accessExpiresAt: lifetimeSeconds === undefined ? undefined : grant.receivedAt + lifetimeSeconds * 1000,
  };
};

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
