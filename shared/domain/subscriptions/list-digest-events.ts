import * as z from 'zod';
import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { Time, type PageQuery } from '../inputs.ts';
import { pageAtHand } from '../paging.ts';
import { gatheredIn, type GatheredEvent } from './digest-bucket.ts';
import { digestKey, digestWindows, type DigestRef } from './digest.ts';
import { getSubscription } from './get.ts';

export const GatheredEventView = z.object({
  id: z.string(),
  type: z.string(),
  time: Time,
  authId: z.string().nullable(),
  serviceId: z.string().nullable(),
  cause: z.string().nullable(),
});

const show = ({ id, type, time, authId, serviceId, cause }: GatheredEvent) => ({
  id,
  type,
  time,
  authId: authId ?? null,
  serviceId: serviceId ?? null,
  cause: cause ?? null,
});

/** The events of a digest, sent or still open, the oldest first; 404 `digest_not_found` when nothing was gathered in it. */
export const listDigestEvents = async (
  deps: Deps,
  { query, ...ref }: DigestRef & { readonly query: PageQuery },
): Promise<{ items: z.infer<typeof GatheredEventView>[]; nextCursor: string | null }> => {
  await getSubscription(deps, ref);
  const window = await deps.store.get(digestWindows, digestKey(ref));
  if (!window) throw notFound('digest', 'Digests are kept for 30 days.');
  const gathered = await gatheredIn(deps, { ...ref, to: window.to });
  const { items, nextCursor } = pageAtHand(gathered, { list: 'digest-event', query, nameOf: ({ id }) => id });
  return { items: items.map(show), nextCursor };
};
