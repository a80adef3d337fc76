import type { Vault } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';
import { checkedVersion, vaultPath, versionTaken } from '#shared/vault.ts';
import { settled } from './settled.ts';

/** A vault in memory, gone with the process. */
export const memoryVault = (): Vault => {
  const kept = new Map<string, Map<string, string>>();
  return {
    put: (ref, version, value) =>
      settled(() => {
        const versions = kept.get(vaultPath(ref)) ?? new Map<string, string>();
        const known = versions.get(checkedVersion(version));
        if (known !== undefined && known !== value.reveal()) throw versionTaken(ref);
        kept.set(vaultPath(ref), versions.set(version, value.reveal()));
      }),
    get: (ref, version) =>
      settled(() => {
        // Checked first: a wrong form is refused even where nothing is kept.
        const wanted = checkedVersion(version);
        const value = kept.get(vaultPath(ref))?.get(wanted);
        return value === undefined ? undefined : secret(value);
      }),
    forget: (ref, version) =>
      settled(() => {
        kept.get(vaultPath(ref))?.delete(version);
      }),
    remove: (ref) =>
      settled(() => {
        kept.delete(vaultPath(ref));
      }),
    // Nothing is sealed here.
    removeWorkspace: () => Promise.resolve(),
  };
};
