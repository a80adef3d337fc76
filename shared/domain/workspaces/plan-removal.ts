import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { WorkspaceRemovalDue } from './events.ts';
import { removalKey, removals, type WorkspaceRemoval } from './removal.ts';
import type { Workspace } from './workspace.ts';

interface Plan {
  readonly by: WorkspaceRemoval['by'];
  readonly reason: WorkspaceRemoval['reason'];
  /** Milliseconds since 1970. */
  readonly beginsAt: number;
}

/** Writes down that a workspace is to be deleted. One that is planned already for another reason is deleted at the earlier time; one under way goes on. */
export const planRemoval = async (
  deps: Deps,
  { organizationId, id: workspaceId, name, kind, ownerId }: Workspace,
  { by: { type, id }, reason, beginsAt }: Plan,
): Promise<WorkspaceRemoval> => {
  const now = deps.clock.now();
  const asks = newEvent(deps, WorkspaceRemovalDue, {
    organizationId,
    data: { workspaceIds: [workspaceId] },
  });
  const outbox = beginsAt <= now ? [asks] : [];
  const plan = { reason, by: { type, id }, beginsAt, nextAt: beginsAt };
  for (;;) {
    const about = { organizationId, workspaceId, name, kind, ownerId };
    const made = await deps.store.insert(removals, {
      ...about,
      ...plan,
      createdAt: now,
      outbox,
      revision: 0,
    });
    if (made) return made;
    const found = await deps.store.get(removals, removalKey(organizationId, workspaceId));
    if (!found) continue;
    // Who leaves, comes back and leaves again has the whole time once more.
    const stands = found.reason !== reason && found.beginsAt <= beginsAt;
    const same = found.reason === reason && found.nextAt === beginsAt && outbox.length === 0;
    if (found.gone || stands || same) return found;
    const moved = await deps.store.replace(removals, {
      ...found,
      ...plan,
      // One that was handed on meanwhile goes with who has it now.
      ownerId,
      outbox: [...found.outbox, ...outbox],
    });
    if (moved) return moved;
  }
};
