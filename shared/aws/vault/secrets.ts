import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';

const SecretValue = z.object({ SecretString: z.string().min(1) });

interface SecretName {
  readonly id: string;
  /** The current version when absent. */
  readonly version?: string;
}

/** The text of a secret in Secrets Manager; undefined when there is no such secret or version. */
export const readSecret = async (
  client: SecretsManagerClient,
  { id, version }: SecretName,
): Promise<string | undefined> => {
  try {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: id, VersionId: version }));
    return SecretValue.parse(answer).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/** Keeps what an act gave for as long as the process lives; what failed is tried again at the next call. */
export const keptOnce = <T>(act: () => Promise<T>): (() => Promise<T>) => {
  let kept: Promise<T> | undefined;
  return async () => {
    kept ??= act();
    try {
      return await kept;
    } catch (error) {
      kept = undefined;
      throw error;
    }
  };
};
