import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { memory } from '../memory.ts';
import { keyPlace, keys, readKeyText, tokenFits, type ServerKey } from './key.ts';

/** A deleted key works for this long at the most where it was just used. */
const recent = memory<ServerKey | undefined>(10_000);

/** Who holds a key; undefined when it is not one, or no longer. */
export const authenticateKey = async (deps: Deps, text: string): Promise<Actor | undefined> => {
  const read = readKeyText(text);
  if (!read) return undefined;
  const { organizationId, id, token } = read;
  const key = await recent.recall(deps, `${organizationId}/${id}`, () =>
    deps.store.get(keys, keyPlace(organizationId, id)),
  );
  if (!key || !tokenFits(token.reveal(), key.hash)) return undefined;
  return { type: 'key', id, organizationId, workspaceId: key.workspaceId, role: key.role };
};
