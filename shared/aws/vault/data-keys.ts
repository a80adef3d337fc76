import { hkdfSync } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Random, VaultPlace } from '#shared/ports.ts';
import { keptOnce, readSecret } from './secrets.ts';

/** Gives the 32 bytes that seal what belongs to a workspace, or to an organization as a whole. */
export interface DataKeys {
  (place: VaultPlace): Promise<Uint8Array>;
  /** Destroys a key for good, with all that it has sealed. Absent where keys are derived from one that seals more than this. */
  readonly destroy?: (place: VaultPlace) => Promise<void>;
}

interface SecretsManagerDataKeysOptions {
  readonly client: SecretsManagerClient;
  /** What all names begin with, without a slash at its end. */
  readonly prefix: string;
  readonly random: Random;
}

const keyLength = 32;

const DataKey = z
  .base64()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
  .refine((bytes) => bytes.length === keyLength, 'A data key is 32 bytes.');

const create = async (
  { client, random }: SecretsManagerDataKeysOptions,
  name: string,
): Promise<string | undefined> => {
  const text = Buffer.from(random.bytes(keyLength)).toString('base64');
  try {
    await client.send(new CreateSecretCommand({ Name: name, SecretString: text }));
    return text;
  } catch (error) {
    // Somebody else made it first, and theirs is the one that counts.
    if (error instanceof ResourceExistsException) return undefined;
    throw error;
  }
};

const readOrCreate = async (options: SecretsManagerDataKeysOptions, name: string): Promise<Uint8Array> => {
  const read = () => readSecret(options.client, { id: name });
  const text = (await read()) ?? (await create(options, name)) ?? (await read());
  if (text === undefined) throw new Error(`The data key ${name} exists and cannot be read yet.`);
  return DataKey.parse(text);
};

const destroy = async ({ client }: SecretsManagerDataKeysOptions, name: string): Promise<void> => {
  try {
    await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
};

/**
 * Data keys in Secrets Manager, `prefix/data-key/organization/workspace` (or `…/organization`), made when first asked
 * for and kept by the process from then on. One that is being deleted rejects, and is never made anew over what it sealed.
 */
export const secretsManagerDataKeys = (options: SecretsManagerDataKeysOptions): DataKeys => {
  const keys = new Map<string, () => Promise<Uint8Array>>();
  const nameOf = ({ organizationId, workspaceId }: VaultPlace) =>
    `${options.prefix}/data-key/${organizationId}/${workspaceId ?? 'organization'}`;
  const keyOf = (place: VaultPlace) => {
    const name = nameOf(place);
    const key = keys.get(name) ?? keptOnce(() => readOrCreate(options, name));
    keys.set(name, key);
    return key();
  };
  return Object.assign(keyOf, {
    destroy: async (place: VaultPlace) => {
      keys.delete(nameOf(place));
      await destroy(options, nameOf(place));
    },
  });
};

/** Data keys made from one root key of at least 32 bytes by HKDF-SHA256 (RFC 5869). */
export const rootDataKeys = (rootKey: Uint8Array): DataKeys => {
  if (rootKey.length < keyLength) throw new RangeError('A root key has at least 32 bytes.');
  return ({ organizationId, workspaceId }) => {
    const info = JSON.stringify(['latchkey data key', organizationId, workspaceId ?? null]);
    return Promise.resolve(new Uint8Array(hkdfSync('sha256', rootKey, '', info, keyLength)));
  };
};
