import type { Deps, VaultRef } from '../../ports.ts';
import { secretsRef, type SecretsStatus } from './secrets.ts';
import type { Service } from './service.ts';

type Statuses = Readonly<Record<string, SecretsStatus>>;

interface Edit {
  readonly old: Statuses;
  readonly made: Statuses;
}

const versionIn = (statuses: Statuses, environment: string): string | undefined =>
  Object.hasOwn(statuses, environment) ? statuses[environment]?.version : undefined;

/** What is not forgotten lies there until the service is deleted. */
const forget = async ({ vault }: Pick<Deps, 'vault'>, ref: VaultRef, version: string | undefined) => {
  if (version !== undefined) await vault.forget(ref, version).catch(() => undefined);
};

/** Lets the vault drop what an edit has kept that was not written after all. */
export const forgetLostSecrets = async (
  deps: Pick<Deps, 'vault'>,
  owner: Pick<Service, 'organizationId' | 'id'>,
  { old, made }: Edit,
): Promise<void> => {
  for (const [environment, { version }] of Object.entries(made))
    if (version !== versionIn(old, environment)) await forget(deps, secretsRef(owner, environment), version);
};

/**
 * Lets the vault drop the secrets that an edit has left two versions behind; those one version behind stay for who read the
 * service a moment ago. Those of an environment that is gone are destroyed.
 */
export const forgetOldSecrets = async (
  deps: Pick<Deps, 'vault'>,
  owner: Pick<Service, 'organizationId' | 'id'>,
  { old, made }: Edit,
): Promise<void> => {
  for (const [environment, { version, before }] of Object.entries(old)) {
    const ref = secretsRef(owner, environment);
    const next = versionIn(made, environment);
    if (next === undefined) await deps.vault.remove(ref).catch(() => undefined);
    else if (next !== version) await forget(deps, ref, before);
  }
};
