import { auths, type Auth } from '#shared/domain/auths/auth.ts';
import { escrows, type Escrow } from '#shared/domain/auths/escrow.ts';
import { memoryVault } from '#shared/memory/vault.ts';
import type { Store, Vault, VaultRef } from '#shared/ports.ts';
import { vaultPath } from '#shared/vault.ts';
import { sharedRows, type Row } from './store.ts';
import type { Witness } from './witness.ts';

/** What lies in a world's store and vault, as the simulation sees it. */
export interface Ground {
  readonly rows: Map<string, Row>;
  readonly vault: Vault;
  readonly held: Map<string, Map<string, string>>;
  /** Until when the vault takes nothing. */
  vaultDownUntil: number;
}

export const newGround = (): Ground => ({
  rows: new Map(),
  vault: memoryVault(),
  held: new Map(),
  vaultDownUntil: 0,
});

/** What is witnessed, and by whom. */
export interface Watched {
  readonly ground: Ground;
  readonly witness: Witness;
}

/** A version in the vault. */
export interface Kept {
  readonly ref: VaultRef;
  readonly version: string;
  readonly value: string;
}

/** Notes that the vault holds a version. */
export const hold = ({ held }: Ground, { ref, version, value }: Kept): void => {
  const path = vaultPath(ref);
  held.set(path, (held.get(path) ?? new Map<string, string>()).set(version, value));
};

const isAuth = (collection: { readonly name: string }, _item: unknown): _item is Auth =>
  collection.name === auths.name;

/** The store without faults, whose every write is witnessed. */
export const watchedStore = ({ ground, witness }: Watched, process: string): Store =>
  sharedRows(ground.rows)({
    wrote: (before, { collection, item }) => {
      witness.shown('the store', item);
      if (isAuth(collection, item)) witness.wrote(process, before as Auth | undefined, item);
      if (collection.name === escrows.name) witness.inEscrow((item as unknown as Escrow).version);
    },
    removed: ({ collection, item }) => {
      if (isAuth(collection, item)) witness.removed(item);
    },
  });

/** The vault without faults, with a note of all that it holds. */
export const watchedVault = ({ ground, witness }: Watched): Vault => ({
  get: ground.vault.get,
  put: async (ref, version, value) => {
    await ground.vault.put(ref, version, value);
    hold(ground, { ref, version, value: value.reveal() });
    witness.kept(value.reveal());
  },
  forget: async (ref, version) => {
    await ground.vault.forget(ref, version);
    ground.held.get(vaultPath(ref))?.delete(version);
  },
  remove: async (ref) => {
    await ground.vault.remove(ref);
    ground.held.delete(vaultPath(ref));
  },
  removeWorkspace: ground.vault.removeWorkspace,
});
