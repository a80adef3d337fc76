import type { Vault } from '#shared/ports.ts';
import { versionTaken } from '#shared/vault.ts';

/**
 * Moves over from one vault to another without downtime: new versions go to the new vault, old ones are still found
 * in the old one, and a removal destroys both. Every renewal carries one auth over.
 */
export const movingVault = ({ to, from }: { readonly to: Vault; readonly from: Vault }): Vault => ({
  put: async (ref, version, value) => {
    const old = await from.get(ref, version);
    if (old && old.reveal() !== value.reveal()) throw versionTaken(ref);
    await to.put(ref, version, value);
  },
  get: async (ref, version) => (await to.get(ref, version)) ?? (await from.get(ref, version)),
  forget: async (ref, version) => {
    await from.forget(ref, version);
    await to.forget(ref, version);
  },
  remove: async (ref) => {
    await from.remove(ref);
    await to.remove(ref);
  },
  removeWorkspace: async (place) => {
    await from.removeWorkspace(place);
    await to.removeWorkspace(place);
  },
});
