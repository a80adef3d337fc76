import type * as z from 'zod';
import { AppError, invalid } from '../../errors.ts';
import { newId, newToken } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Secret } from '../../secret.ts';
import type { Actor } from '../actor.ts';
import { workspaceKey, workspaces } from '../workspaces/workspace.ts';
import { hashToken, keys, keyText, type NewKey, type ServerKey } from './key.ts';

interface CreateKeyInput {
  readonly by: Pick<Actor, 'organizationId' | 'role'>;
  readonly input: z.infer<typeof NewKey>;
}

const check = async ({ store }: Deps, { by, input }: CreateKeyInput) => {
  if (input.role === 'owner' && by.role !== 'owner') {
    throw new AppError(403, 'forbidden', 'Only an owner makes keys of owners.');
  }
  if (input.workspaceId === undefined) return;
  if (input.role === 'owner') {
    throw invalid('invalid_key', 'An owner owns the organization, not a workspace.', [
      { path: 'body.role', message: 'Expected viewer, contributor or admin, or no workspaceId.' },
    ]);
  }
  if (!(await store.get(workspaces, workspaceKey(by.organizationId, input.workspaceId)))) {
    throw invalid('invalid_key', 'There is no such workspace.', [
      { path: 'body.workspaceId', message: 'Expected a workspace of this organization.' },
    ]);
  }
};

/** Makes a server key. Only its hash is stored; its text is in this answer and nowhere else. */
export const createKey = async (
  deps: Deps,
  create: CreateKeyInput,
): Promise<{ key: ServerKey; text: Secret }> => {
  await check(deps, create);
  const { by, input } = create;
  const id = newId('key', deps);
  const token = newToken(deps.random);
  const key: ServerKey = {
    ...input,
    id,
    organizationId: by.organizationId,
    hash: hashToken(token),
    createdAt: deps.clock.now(),
    revision: 0,
  };
  await deps.store.insert(keys, key);
  return { key, text: keyText(by.organizationId, id, token) };
};
