import { invalid, type ErrorDetail } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { sees, type Actor } from '../actor.ts';
import { sideBySide } from '../side-by-side.ts';
import { workspaceKey, workspaces } from '../workspaces/workspace.ts';
import type { SharedWith } from './connector.ts';

interface SharingInput {
  readonly by: Actor;
  readonly sharedWith: SharedWith;
  /** Those that are named already need not be looked for: one may have been deleted since. */
  readonly before?: SharedWith | undefined;
}

/** Rejects with 422 `unknown_workspace`, naming each workspace that is not there for whoever shares. */
export const demandWorkspaces = async (
  { store }: Pick<Deps, 'store'>,
  { by, sharedWith, before = [] }: SharingInput,
): Promise<void> => {
  if (sharedWith === 'organization') return;
  const added = sharedWith.filter((id) => !before.includes(id));
  const unknown: ErrorDetail[] = [];
  await sideBySide(added, async (id) => {
    const there =
      sees(by, id) && (await store.get(workspaces, workspaceKey(by.organizationId, id))) !== undefined;
    const path = `body.sharedWith.${String(sharedWith.indexOf(id))}`;
    if (!there) unknown.push({ path, message: 'Expected the id of a workspace of the organization.' });
  });
  if (unknown.length > 0)
    throw invalid('unknown_workspace', 'A connector can be shared only with workspaces that exist.', unknown);
};
