import type { Vault, VaultRef } from '#shared/ports.ts';

/** Keeps credentials of auths in one vault, and the secrets of OAuth applications and webhooks in another. */
export const vaultByKind = ({ auth, other }: { readonly auth: Vault; readonly other: Vault }): Vault => {
  const vaultOf = ({ kind }: VaultRef) => (kind === 'auth' ? auth : other);
  return {
    put: (ref, version, value) => vaultOf(ref).put(ref, version, value),
    get: (ref, version) => vaultOf(ref).get(ref, version),
    forget: (ref, version) => vaultOf(ref).forget(ref, version),
    remove: (ref) => vaultOf(ref).remove(ref),
    removeWorkspace: async (place) => {
      await auth.removeWorkspace(place);
      await other.removeWorkspace(place);
    },
  };
};
