import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '#shared/aws/random.ts';
import { keySealer, secretsManagerKey } from '#shared/aws/sealer.ts';
import { secret } from '#shared/secret.ts';
import { describeSealer } from '../contract/sealer.ts';
import { fresh, secrets } from './clients.ts';

const newSecret = async (text: string): Promise<string> => {
  const name = fresh('latchkey-sealing-key');
  await secrets.send(new CreateSecretCommand({ Name: name, SecretString: text }));
  return name;
};

const generated = () => Buffer.from(systemRandom.bytes(32)).toString('base64');

const sealerOf = (secretId: string) =>
  keySealer({ key: secretsManagerKey({ client: secrets, secretId }), random: systemRandom });

describeSealer('with a key in Secrets Manager', async () => {
  const [own, other] = [await newSecret(generated()), await newSecret(generated())];
  return { here: sealerOf(own), there: sealerOf(own), stranger: sealerOf(other) };
});

describe('a sealing key in Secrets Manager', () => {
  it('is 32 bytes, whatever the length of the generated text', async () => {
    const secretId = await newSecret('x'.repeat(200));
    expect(await secretsManagerKey({ client: secrets, secretId })()).toHaveLength(32);
  });

  it('is read once in the life of the process', async () => {
    const secretId = await newSecret(generated());
    const key = secretsManagerKey({ client: secrets, secretId });
    const first = await key();
    await secrets.send(new DeleteSecretCommand({ SecretId: secretId, ForceDeleteWithoutRecovery: true }));
    expect(await key()).toEqual(first);
  });

  it('is asked for again after a failure', async () => {
    const secretId = fresh('latchkey-sealing-key');
    const sealer = sealerOf(secretId);
    await expect(sealer.seal('state', secret('x'))).rejects.toThrow('at least 32 bytes');
    await secrets.send(new CreateSecretCommand({ Name: secretId, SecretString: generated() }));
    expect((await sealer.open('state', await sealer.seal('state', secret('x')))).reveal()).toBe('x');
  });

  it('is refused when it is too short', async () => {
    const secretId = await newSecret('only-a-short-text');
    await expect(secretsManagerKey({ client: secrets, secretId })()).rejects.toThrow('at least 32 bytes');
  });
});
