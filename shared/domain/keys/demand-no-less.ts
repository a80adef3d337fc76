import { AppError } from '../../errors.ts';
import { roles } from '../../permissions.ts';
import type { Actor } from '../actor.ts';
import type { ServerKey } from './key.ts';

/** Who makes or changes a key. */
export type KeyMaker = Pick<Actor, 'organizationId' | 'role' | 'scopes' | 'workspaceId'> & Partial<Actor>;

type Might = Pick<ServerKey, 'role' | 'scopes' | 'workspaceId'>;

const forbidden = (message: string) => new AppError(403, 'forbidden', message);

/** Rejects with 403 unless the caller's role is as high as that of the key: only an owner makes, edits and deletes keys of owners. */
export const demandNoLessRole = ({ role }: Pick<Actor, 'role'>, key: Pick<ServerKey, 'role'>): void => {
  if (roles.indexOf(role) < roles.indexOf(key.role))
    throw forbidden(`This is for keys up to the role ${role}: your own. That of the key is ${key.role}.`);
};

/**
 * The same of all that a key may: whoever holds its text must be let do no more than the caller is. Of a caller with scopes, or of
 * one that is bound to a workspace, the key has no others.
 */
export const demandNoLess = (by: KeyMaker, key: Might): void => {
  demandNoLessRole(by, key);
  if (by.workspaceId !== undefined && key.workspaceId !== by.workspaceId)
    throw forbidden('You work in one workspace, so the key must be bound to that one.');
  const { scopes: own } = by;
  if (own === undefined) return;
  const beyond = key.scopes?.filter((scope) => !own.includes(scope));
  if (beyond === undefined || beyond.length > 0)
    throw forbidden('Your own key has scopes: name, for this one, scopes that are among them.');
};
