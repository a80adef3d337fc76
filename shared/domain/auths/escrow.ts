import * as z from 'zod';
import { AuthId, OrganizationId, WorkspaceId } from '../../ids.ts';
import { Unsealable, type Collection, type Deps, type Key } from '../../ports.ts';
import { secret } from '../../secret.ts';
import { openBound, type Purpose } from '../bound-seal.ts';
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
const purpose = ({
  organizationId,
  workspaceId,
  authId,
  version,
}: Pick<Escrow, 'organizationId' | 'workspaceId' | 'authId' | 'version'>): Purpose => ({
  now: `escrow/${organizationId}/${workspaceId}/${authId}/${version}`,
  before: `escrow/${authId}/${version}`,
});

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
    const sealed = await sealer.seal(purpose(about).now, secret(JSON.stringify(credential)));
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

/** Reads what is held; undefined when nobody can any more, for the sealing key is another since. */
const open = async (deps: Pick<Deps, 'sealer'>, escrow: Escrow): Promise<Credential | undefined> => {
  try {
    const text = await openBound(deps, purpose(escrow), escrow.sealed);
    return Credential.parse(JSON.parse(text.reveal()));
  } catch (error) {
    if (error instanceof Unsealable) return undefined;
    throw error;
  }
};

/** What came of letting the vault take what is held. `refused`: it still does not. `unreadable`: nobody can open it any more. */
export type Moved =
  { readonly kind: 'moved'; readonly credential: Credential } | { readonly kind: 'refused' | 'unreadable' };

/** Lets the vault take what is held. */
export const moveToVault = async (deps: Pick<Deps, 'vault' | 'sealer'>, escrow: Escrow): Promise<Moved> => {
  const { organizationId, workspaceId, authId: id, version } = escrow;
  const credential = await open(deps, escrow);
  if (!credential) return { kind: 'unreadable' };
  try {
    await keepCredential(deps, { organizationId, workspaceId, id }, { version, credential });
    return { kind: 'moved', credential };
  } catch {
    return { kind: 'refused' };
  }
};
