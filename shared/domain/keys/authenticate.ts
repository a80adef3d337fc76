import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { memory } from '../memory.ts';
import { isStanding } from '../workspaces/standing.ts';
import { keyPlace, keys, readKeyText, tokenFits, type ServerKey } from './key.ts';
import { noteKeyUse } from './note-use.ts';

/** A deleted key works for this long at the most where it was just used. */
const recent = memory<ServerKey | undefined>(10_000);

/** All hashes are compared, so that the time does not tell which of them it was. */
const fits = ({ hash, earlier }: ServerKey, token: string, now: number): boolean =>
  [{ hash, until: Infinity }, ...earlier]
    .map((text) => tokenFits(token, text.hash) && text.until > now)
    .includes(true);

/** Who holds a key; undefined when it is not one, or no longer, or when the workspace that it is bound to was deleted. */
export const authenticateKey = async (deps: Deps, text: string): Promise<Actor | undefined> => {
  const read = readKeyText(text);
  if (!read) return undefined;
  const { organizationId, id, token } = read;
  const key = await recent.recall(deps, `${organizationId}/${id}`, () =>
    deps.store.get(keys, keyPlace(organizationId, id)),
  );
  const now = deps.clock.now();
  if (!key || !fits(key, token.reveal(), now) || (key.expiresAt ?? Infinity) <= now) return undefined;
  const { workspaceId } = key;
  if (workspaceId !== undefined && !(await isStanding(deps, { organizationId, workspaceId })))
    return undefined;
  await noteKeyUse(deps, key);
  return {
    type: 'key',
    id,
    organizationId,
    workspaceId,
    role: key.role,
    scopes: key.scopes,
  };
};
