import type * as z from 'zod';
import type { Deps } from '../../ports.ts';
import type { PageQuery } from '../inputs.ts';
import { page } from '../paging.ts';
import { countOf } from './cap.ts';
import { showUmbrella, umbrellas, umbrellasOf, type Umbrella, type UmbrellaView } from './umbrella.ts';
import { usageKey, usages } from './usage.ts';

/** An umbrella application as callers see it, with how many people count against its cap. */
export const describeUmbrella = async (
  { store }: Pick<Deps, 'store'>,
  umbrella: Umbrella,
): Promise<z.infer<typeof UmbrellaView>> => {
  const usage = await store.get(usages, usageKey(umbrella.organizationId, umbrella.id));
  return showUmbrella(umbrella, usage ? countOf(umbrella, usage) : 0);
};

/** Lists the umbrella applications of an organization; without one that is being deleted, so a page may be short. */
export const listUmbrellas = async (
  deps: Pick<Deps, 'store'>,
  { organizationId, query }: { organizationId: string; query: PageQuery },
): Promise<{ items: z.infer<typeof UmbrellaView>[]; nextCursor: string | null }> => {
  const found = await page(deps.store, umbrellas, {
    ...umbrellasOf(organizationId),
    query,
    show: (item) => item,
  });
  const there = found.items.filter(({ removedAt }) => removedAt === undefined);
  return { ...found, items: await Promise.all(there.map((item) => describeUmbrella(deps, item))) };
};
