import {
  CreateSecretCommand,
  DeleteSecretCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Clock, Vault } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';
import { checkedVersion, vaultPath, versionTaken } from '#shared/vault.ts';
import { systemClock } from '../clock.ts';
import { readSecret } from './secrets.ts';

interface SecretPerAuthOptions {
  readonly client: SecretsManagerClient;
  /** What all names begin with, without a slash at its end. */
  readonly prefix: string;
  readonly clock?: Clock;
}

interface Version {
  readonly name: string;
  readonly version: string;
  readonly text: string;
}

const attempts = 5;
const firstPauseMilliseconds = 500;

/** Adds a version to a secret; false when there is no such secret. */
const add = async (client: SecretsManagerClient, { name, version, text }: Version): Promise<boolean> => {
  try {
    await client.send(
      new PutSecretValueCommand({ SecretId: name, ClientRequestToken: version, SecretString: text }),
    );
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
};

/** Makes a secret with its first version; false when somebody else made it first. */
const create = async (client: SecretsManagerClient, { name, version, text }: Version): Promise<boolean> => {
  try {
    await client.send(
      new CreateSecretCommand({ Name: name, ClientRequestToken: version, SecretString: text }),
    );
    return true;
  } catch (error) {
    if (error instanceof ResourceExistsException) return false;
    throw error;
  }
};

/** Tries again while Secrets Manager is still busy destroying a secret of this name, about 7 seconds in all. */
const whileDestroyed = async (clock: Clock, act: () => Promise<void>, attempt = 1): Promise<void> => {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof InvalidRequestException) || attempt === attempts) throw error;
    await clock.sleep(firstPauseMilliseconds * 2 ** (attempt - 1));
    await whileDestroyed(clock, act, attempt + 1);
  }
};

/**
 * The vault that keeps each credential as a secret of its own, `prefix/kind/organization[/workspace]/id`, each version
 * a version of that secret. Secrets Manager itself refuses another value for a version that it has.
 */
export const secretPerAuthVault = ({ client, prefix, clock = systemClock }: SecretPerAuthOptions): Vault => {
  const nameOf = (path: string) => `${prefix}/${path}`;
  return {
    put: async (ref, version, value) => {
      const wanted = { name: nameOf(vaultPath(ref)), version: checkedVersion(version), text: value.reveal() };
      try {
        await whileDestroyed(clock, async () => {
          // Most writes renew what is there, so that is tried first.
          if ((await add(client, wanted)) || (await create(client, wanted))) return;
          if (!(await add(client, wanted)))
            throw new Error(`${wanted.name} was removed while it was written.`);
        });
      } catch (error) {
        throw error instanceof ResourceExistsException ? versionTaken(ref, error) : error;
      }
    },
    get: async (ref, version) => {
      const text = await readSecret(client, {
        id: nameOf(vaultPath(ref)),
        version: checkedVersion(version),
      }).catch((error: unknown) => {
        // Marked for deletion: destroyed for every reader.
        if (error instanceof InvalidRequestException) return undefined;
        throw error;
      });
      return text === undefined ? undefined : secret(text);
    },
    // Secrets Manager drops versions without a label by itself, and lets nobody else do it.
    forget: () => Promise.resolve(),
    remove: async (ref) => {
      const request = { SecretId: nameOf(vaultPath(ref)), ForceDeleteWithoutRecovery: true };
      try {
        await client.send(new DeleteSecretCommand(request));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
    // Each secret is its own; none shares a key with the others of its workspace.
    removeWorkspace: () => Promise.resolve(),
  };
};
