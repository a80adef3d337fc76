import type { Deps } from '../../ports.ts';
import { memory } from '../memory.ts';
import { keys, type ServerKey } from './key.ts';

/** As exactly as anybody asks who wants to delete a key that nobody uses. Milliseconds. */
const rest = 600_000;

const noted = memory<undefined>(rest);

/**
 * Notes on a key that was just read that it is used: at most one write in ten minutes, of a process as of all. Never rejects:
 * who was first has noted as much, and a store that fails at this keeps no call from its answer.
 */
export const noteKeyUse = async (deps: Deps, key: ServerKey): Promise<void> => {
  const now = deps.clock.now();
  if (key.usedAt !== undefined && now - key.usedAt < rest) return;
  await noted.recall(deps, `${key.organizationId}/${key.id}`, async () => {
    await deps.store.replace(keys, { ...key, usedAt: now }).catch(() => undefined);
    return undefined;
  });
};
