import * as z from 'zod';
import type { Collection, Key, Random, Store, Vault, VaultRef } from '#shared/ports.ts';
import { openText, sealText } from '#shared/seal.ts';
import { secret } from '#shared/secret.ts';
import type { DataKeys } from './data-keys.ts';
import { checkedVersion, vaultPath, versionTaken } from '#shared/vault.ts';

interface SealedVaultOptions {
  readonly store: Store;
  /** The 32 bytes that seal what belongs to this thing's workspace. */
  readonly dataKey: DataKeys;
  readonly random: Random;
}

const SealedSecret = z.object({
  revision: z.int(),
  kind: z.enum(['auth', 'service', 'subscription', 'key']),
  organizationId: z.string(),
  workspaceId: z.string().optional(),
  id: z.string(),
  version: z.string(),
  sealed: z.string(),
});
type SealedSecret = z.infer<typeof SealedSecret>;

const partitionOf = ({ kind, organizationId, workspaceId = '', id }: VaultRef) =>
  ['SEALED', organizationId, workspaceId, kind, id].join('#');

const keyOf = (ref: VaultRef, version: string): Key => ({ partition: partitionOf(ref), sort: version });

/** The sealed versions as they lie in the store. */
export const sealedSecrets: Collection<SealedSecret> = {
  name: 'sealed_secret',
  schema: SealedSecret,
  place: (item) => ({ key: keyOf(item, item.version) }),
};

/** Binds a sealed text to its place: moved to another auth, workspace or version, it does not open. */
const purposeOf = ({ kind, organizationId, workspaceId, id }: VaultRef, version: string) =>
  JSON.stringify(['latchkey vault', kind, organizationId, workspaceId ?? null, id, version]);

const pageSize = 100;

/**
 * The vault that keeps credentials sealed in the store (AES-256-GCM), under one data key for each workspace. What was
 * changed or moved in the store rejects with `Unsealable`.
 */
export const sealedVault = ({ store, dataKey, random }: SealedVaultOptions): Vault => {
  const sealing = async (ref: VaultRef, version: string) => ({
    key: await dataKey(ref),
    purpose: purposeOf(ref, version),
  });

  const read = async (ref: VaultRef, version: string): Promise<string | undefined> => {
    const item = await store.get(sealedSecrets, keyOf(ref, version));
    return item ? openText(await sealing(ref, version), item.sealed) : undefined;
  };

  const checkedPath = (ref: VaultRef, version: string) => {
    vaultPath(ref);
    checkedVersion(version);
  };

  return {
    put: async (ref, version, value) => {
      checkedPath(ref, version);
      const sealed = sealText(await sealing(ref, version), value.reveal(), random);
      const { kind, organizationId, workspaceId, id } = ref;
      const item = { revision: 0, kind, organizationId, workspaceId, id, version, sealed };
      if (await store.insert(sealedSecrets, item)) return;
      const kept = await read(ref, version);
      if (kept === undefined) throw new Error(`${vaultPath(ref)} was removed while it was written.`);
      if (kept !== value.reveal()) throw versionTaken(ref);
    },
    get: async (ref, version) => {
      checkedPath(ref, version);
      const text = await read(ref, version);
      return text === undefined ? undefined : secret(text);
    },
    forget: async (ref, version) => {
      checkedPath(ref, version);
      const { kind, organizationId, workspaceId, id } = ref;
      // What is put is never written again, so it is at its first revision, and need not be read to be removed.
      const item = { revision: 1, kind, organizationId, workspaceId, id, version, sealed: '' };
      await store.remove(sealedSecrets, item);
    },
    remove: async (ref) => {
      const request = { index: 'own', partition: partitionOf(ref), limit: pageSize } as const;
      let after: string | undefined;
      do {
        const page = await store.list(sealedSecrets, { ...request, after });
        await Promise.all(page.items.map((item) => store.remove(sealedSecrets, item)));
        after = page.next;
      } while (after !== undefined);
    },
    removeWorkspace: async (place) => {
      await dataKey.destroy?.(place);
    },
  };
};
