import * as z from 'zod';
import { AuthId, OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { secret } from '../../secret.ts';
import { Instant } from '../inputs.ts';
import { authIdAt, type Attempt, type Auth } from './auth.ts';
import { Credential, keepCredential } from './credential.ts';

/**
 * An answer that the vault did not take, sealed: it may hold the only live token. It lies beside the auth, where whoever finds
 * the open intent looks for it (design, section 8.7; ADR 0017).
 */
const Escrow = z.object({
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  authId: AuthId,
  /** The attempt that obtained it, which is the version to be. */
  version: z.string(),
  /** Hash of the refresh token that was spent for it. */
  spends: z.string(),
  epoch: z.int(),
  sealed: z.string(),
  nextAt: Instant,
  revision: z.int(),
});
export type Escrow = z.infer<typeof Escrow>;

/** Which credential is held: of which auth, and the version that it is to be. */
export interface Held {
  readonly organizationId: string;
  readonly authId: string;
  readonly version: string;
}

export const escrowKey = ({ organizationId, authId, version }: Held): Key => ({
  partition: `ORG#${organizationId}#AUTH#${authId}`,
  sort: `ESCROW#${version}`,
});

export const escrows: Collection<Escrow> = {
  name: 'escrow',
  schema: Escrow,
  place: (escrow) => ({ key: escrowKey(escrow), due: { at: escrow.nextAt, act: 'escrow' } }),
};

const minute = 60_000;
const purpose = (authId: string, version: string) => `escrow/${authId}/${version}`;

interface HoldInput {
  readonly auth: Auth;
  readonly attempt: Attempt;
  readonly credential: Credential;
}

/** Holds a credential until the vault takes it. What cannot be held either is lost: an outcome that nobody knows. */
export const holdInEscrow = async (
  { store, sealer, clock }: Pick<Deps, 'store' | 'sealer' | 'clock'>,
  { auth, attempt, credential }: HoldInput,
): Promise<void> => {
  const { organizationId, workspaceId, id: authId, epoch } = auth;
  const { id: version, spends } = attempt;
  const about = { organizationId, workspaceId, authId, version, spends, epoch };
  try {
    const sealed = await sealer.seal(purpose(authId, version), secret(JSON.stringify(credential)));
    const nextAt = clock.now() + minute;
    await store.insert(escrows, { ...about, sealed, nextAt, revision: 0 });
  } catch {
    return;
  }
};

/** The version that is held at a key, read back from it. */
export const heldAt = (key: Key) => ({
  authId: authIdAt(key),
  version: key.sort.slice('ESCROW#'.length),
});

/** What is held of an attempt; undefined when nothing is. */
export const findInEscrow = ({ store }: Pick<Deps, 'store'>, held: Held): Promise<Escrow | undefined> =>
  store.get(escrows, escrowKey(held));

/** Lets the vault take what is held and reads it; undefined when the vault still does not take it. */
export const moveToVault = async (
  deps: Pick<Deps, 'vault' | 'sealer'>,
  { organizationId, workspaceId, authId, version, sealed }: Escrow,
): Promise<Credential | undefined> => {
  const opened = await deps.sealer.open(purpose(authId, version), sealed);
  const credential = Credential.parse(JSON.parse(opened.reveal()));
  try {
    await keepCredential(deps, { organizationId, workspaceId, id: authId }, { version, credential });
    return credential;
  } catch {
    return undefined;
  }
};
