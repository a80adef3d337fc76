import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { readWhole, writeWhole } from './files.ts';

const PrivateKey = z.object({
  ...{ kty: z.string(), kid: z.string(), use: z.string(), alg: z.string(), n: z.string(), e: z.string() },
  ...{ d: z.string(), p: z.string(), q: z.string(), dp: z.string(), dq: z.string(), qi: z.string() },
});

/** What a provider keeps to itself: its client's secret, the keys of its cookies and its signing keys (RFC 7517). */
const ProviderSecrets = z.object({
  client: z.object({ id: z.string(), secret: z.string() }),
  cookieKeys: z.array(z.string()).min(1),
  jwks: z.object({ keys: z.array(PrivateKey).min(1) }),
});
export type ProviderSecrets = z.infer<typeof ProviderSecrets>;

const newSecrets = async (): Promise<ProviderSecrets> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
  return ProviderSecrets.parse({
    client: { id: 'latchkey-demo', secret: randomBytes(32).toString('base64url') },
    cookieKeys: [randomBytes(32).toString('base64url')],
    jwks: { keys: [key] },
  });
};

/** The secrets of the provider: made at the first start, read from `secrets.json` of its folder at every later one. */
export const providerSecrets = async (dataDirectory: string | undefined): Promise<ProviderSecrets> => {
  if (dataDirectory === undefined) return newSecrets();
  const path = join(dataDirectory, 'secrets.json');
  const kept = readWhole(path);
  if (kept !== undefined) return ProviderSecrets.parse(JSON.parse(kept));
  const made = await newSecrets();
  writeWhole(path, JSON.stringify(made));
  return made;
};
