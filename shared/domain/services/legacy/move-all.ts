import { AppError } from '../../../errors.ts';
import type { Deps } from '../../../ports.ts';
import { sideBySide } from '../../side-by-side.ts';
import { moveService } from '../move.ts';
import { services, servicesFrom, type Service } from '../service.ts';

/** One call moves so many at the most, which takes some seconds. */
const mostMoved = 1000;
const readAtOnce = 100;

/** What one call has moved, from where, and whether there are more. */
export interface MovedAll {
  readonly moved: number;
  readonly items: { id: string; legacyId: string; from: string }[];
  readonly more: boolean;
}

/**
 * Moves the legacy services of an organization to its organization workspace, 1,000 at the most, each by a write of its own: a
 * call that was cut off, or that says that there are more, is repeated and goes on (R16).
 */
export const moveAllServices = async (deps: Deps, organizationId: string): Promise<MovedAll> => {
  const items: MovedAll['items'] = [];
  const moveOne = async ({ id: serviceId, workspaceId }: Service): Promise<void> => {
    try {
      const { moved, service } = await moveService(deps, { organizationId, workspaceId, serviceId });
      if (moved) items.push({ id: service.id, legacyId: service.legacy?.id ?? '', from: workspaceId });
    } catch (error) {
      // Deleted, or moved by somebody else, since the list was read.
      if (!(error instanceof AppError) || error.status >= 500) throw error;
    }
  };
  let after: string | undefined;
  do {
    const page = await deps.store.list(services, {
      ...servicesFrom(organizationId, 'legacy'),
      limit: readAtOnce,
      after,
    });
    await sideBySide(page.items, moveOne);
    after = page.next;
  } while (after !== undefined && items.length < mostMoved);
  return { moved: items.length, items, more: after !== undefined };
};
