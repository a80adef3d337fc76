import type { VaultRef } from './ports.ts';

/** Gives the version back; throws a `RangeError` unless it is 32 to 64 letters, digits and dashes. */
export const checkedVersion = (version: string): string => {
  if (!/^[A-Za-z0-9-]{32,64}$/.test(version)) {
    throw new RangeError('A version of a secret is 32 to 64 letters, digits and dashes.');
  }
  return version;
};

/** The name of what a secret belongs to: `kind/organization[/workspace]/id`; no two things share one. */
export const vaultPath = ({ kind, organizationId, workspaceId, id }: VaultRef): string => {
  const parts = [kind, organizationId, ...(workspaceId === undefined ? [] : [workspaceId]), id];
  if (parts.some((part) => !/^[A-Za-z0-9_.-]+$/.test(part))) {
    throw new RangeError('What a secret belongs to is named by ids alone.');
  }
  return parts.join('/');
};

/** A version was put again with another value. Tells which thing it belongs to, and nothing of either value. */
export const versionTaken = (ref: VaultRef, cause?: unknown) =>
  new Error(`This version of ${vaultPath(ref)} is kept already, with another value.`, { cause });
