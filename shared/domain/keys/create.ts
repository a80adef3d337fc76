import type * as z from 'zod';
import { invalid } from '../../errors.ts';
import { newId, newToken } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Secret } from '../../secret.ts';
import { workspaceKey, workspaces } from '../workspaces/workspace.ts';
import { demandNoLess, type KeyMaker } from './demand-no-less.ts';
import { endOfMaker } from './end-of-maker.ts';
import { hashToken, keys, keyText, type NewKey, type ServerKey } from './key.ts';

interface CreateKeyInput {
  readonly by: KeyMaker;
  readonly input: z.infer<typeof NewKey>;
}

const wrong = (message: string, path: string, expected: string) =>
  invalid('invalid_key', message, [{ path, message: expected }]);

const checkWorkspace = async ({ store }: Deps, { by, input: { role, workspaceId } }: CreateKeyInput) => {
  if (workspaceId === undefined) return;
  if (role === 'owner') {
    throw wrong(
      'An owner owns the organization, not a workspace.',
      'body.role',
      'Expected viewer, contributor or admin, or no workspaceId.',
    );
  }
  if (!(await store.get(workspaces, workspaceKey(by.organizationId, workspaceId)))) {
    throw wrong(
      'There is no such workspace.',
      'body.workspaceId',
      'Expected a workspace of this organization.',
    );
  }
};

const checkExpiry = async (deps: Deps, { by, input }: CreateKeyInput): Promise<number | undefined> => {
  const expiresAt = input.expiresAt === undefined ? undefined : Date.parse(input.expiresAt);
  if (expiresAt !== undefined && expiresAt <= deps.clock.now())
    throw wrong('The key would have expired already.', 'body.expiresAt', 'Expected a time to come.');
  if ((expiresAt ?? Infinity) > (await endOfMaker(deps, by)))
    throw wrong(
      'The key would outlive the one that makes it.',
      'body.expiresAt',
      'Expected a time not after the expiry of your own key.',
    );
  return expiresAt;
};

/**
 * Makes a server key that may no more than whoever makes it. Only its hash is stored; its text is in this answer and nowhere
 * else. Rejects with 403, and with 422 `invalid_key`.
 */
export const createKey = async (
  deps: Deps,
  create: CreateKeyInput,
): Promise<{ key: ServerKey; text: Secret }> => {
  const { by, input } = create;
  demandNoLess(by, input);
  await checkWorkspace(deps, create);
  const expiresAt = await checkExpiry(deps, create);
  const id = newId('key', deps);
  const token = newToken(deps.random);
  const key: ServerKey = {
    ...input,
    id,
    organizationId: by.organizationId,
    hash: hashToken(token),
    earlier: [],
    expiresAt,
    version: 1,
    createdAt: deps.clock.now(),
    revision: 0,
  };
  await deps.store.insert(keys, key);
  return { key, text: keyText(by.organizationId, id, token) };
};
