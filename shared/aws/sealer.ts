import { hkdfSync } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Random, Sealer } from '#shared/ports.ts';
import { openText, sealText } from '#shared/seal.ts';
import { secret } from '#shared/secret.ts';
import { keptOnce, readSecret } from './vault/secrets.ts';

interface KeySealerOptions {
  /** The deployment's own 32 bytes. */
  readonly key: () => Promise<Uint8Array>;
  readonly random: Random;
}

/** A sealer over one key (AES-256-GCM), the purpose bound in as associated data. Opening rejects with `Unsealable`. */
export const keySealer = ({ key, random }: KeySealerOptions): Sealer => ({
  seal: async (purpose, value) => sealText({ key: await key(), purpose }, value.reveal(), random),
  open: async (purpose, sealed) => secret(openText({ key: await key(), purpose }, sealed)),
});

interface SecretsManagerKeyOptions {
  readonly client: SecretsManagerClient;
  /** The name or ARN of a secret that holds at least 32 random bytes of text. */
  readonly secretId: string;
}

const keyLength = 32;

/** A key of 32 bytes made (HKDF-SHA256, RFC 5869) from a generated secret, which is read once in the process. */
export const secretsManagerKey = ({
  client,
  secretId,
}: SecretsManagerKeyOptions): (() => Promise<Uint8Array>) =>
  keptOnce(async () => {
    const text = await readSecret(client, { id: secretId });
    if (text === undefined || Buffer.byteLength(text) < keyLength) {
      throw new Error(`The sealing key ${secretId} must be a secret of at least 32 bytes.`);
    }
    return new Uint8Array(hkdfSync('sha256', text, '', 'latchkey sealer', keyLength));
  });
