import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { ServiceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { PageQuery } from '../inputs.ts';
import { pageAtHand } from '../paging.ts';
import { getUsableService } from '../services/get.ts';
import type { Service } from '../services/service.ts';
import { isOver } from '../services/sunset.ts';
import { publishedServices } from '../solutions/demand-published.ts';
import type { EndUserRef } from './auth-link.ts';

/** A service as an end user may know it: what to choose it by. The fields are asked for on the connect page. */
export const OwnServiceView = z.object({
  id: ServiceId,
  name: z.string(),
  icon: z.string().nullable(),
  documentationUrl: z.string().nullable(),
});

const show = ({ id, definition }: Service): z.infer<typeof OwnServiceView> => ({
  id,
  name: definition.name,
  icon: definition.icon ?? null,
  documentationUrl: definition.documentationUrl ?? null,
});

const usable = async (deps: Deps, { organizationId, workspaceId }: EndUserRef, service: string) => {
  try {
    const found = await getUsableService(deps, { organizationId, workspaceId, service });
    return isOver(deps, found) ? undefined : found;
  } catch (error) {
    // Deleted since, or of a place that this workspace cannot reach.
    if (error instanceof AppError && error.status === 404) return undefined;
    throw error;
  }
};

/** Lists the services of published solutions that the end user may authenticate with. A page may be short and have a next one. */
export const listOwnServices = async (
  deps: Deps,
  by: EndUserRef,
  query: PageQuery,
): Promise<{ items: z.infer<typeof OwnServiceView>[]; nextCursor: string | null }> => {
  const ids = [...(await publishedServices(deps, by.organizationId))].sort();
  const { items, nextCursor } = pageAtHand(ids, { list: 'own service', query, nameOf: (id) => id });
  const found = await Promise.all(items.map((id) => usable(deps, by, id)));
  return { items: found.filter((service) => service !== undefined).map(show), nextCursor };
};
