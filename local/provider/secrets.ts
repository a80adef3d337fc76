import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { readWhole, writeWhole } from './files.ts';

const PrivateKey = z.object({
  ...{ kty: z.string(), kid: z.string(), use: z.string(), alg: z.string(), n: z.string(), e: z.string() },
  ...{ d: z.string(), p: z.string(), q: z.string(), dp: z.string(), dq: z.string(), qi: z.string() },
});

const Client = z.object({ id: z.string(), secret: z.string() });

/** What a provider keeps to itself: its clients' secrets, the key of its API, the keys of its cookies and its signing keys (RFC 7517). */
const ProviderSecrets = z.object({
  /** Asks for people's consent. */
  client: Client,
  /** Asks in its own name (RFC 6749 §4.4). */
  machine: Client,
  apiKey: z.string(),
  cookieKeys: z.array(z.string()).min(1),
  jwks: z.object({ keys: z.array(PrivateKey).min(1) }),
});
export type ProviderSecrets = z.infer<typeof ProviderSecrets>;

const random = () => randomBytes(32).toString('base64url');

const newSecrets = async (): Promise<ProviderSecrets> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
  return ProviderSecrets.parse({
    client: { id: 'latchkey-demo', secret: random() },
    machine: { id: 'latchkey-demo-machine', secret: random() },
    apiKey: `demo_${randomBytes(20).toString('hex')}`,
    cookieKeys: [random()],
    jwks: { keys: [key] },
  });
};

/**
 * The secrets of the provider: made at the first start, read from `secrets.json` of its folder at every later one. A folder
 * of an older version may lack some: those are made and the others stay.
 */
export const providerSecrets = async (dataDirectory: string | undefined): Promise<ProviderSecrets> => {
  if (dataDirectory === undefined) return newSecrets();
  const path = join(dataDirectory, 'secrets.json');
  const kept = ProviderSecrets.partial().parse(JSON.parse(readWhole(path) ?? '{}'));
  const whole = ProviderSecrets.safeParse(kept);
  if (whole.success) return whole.data;
  const made = { ...(await newSecrets()), ...kept };
  writeWhole(path, JSON.stringify(made));
  return made;
};
