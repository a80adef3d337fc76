import * as z from 'zod';
import type { Collection, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';

/** Up to when the sweep has read the index of what is due. One item for all shards: one write a sweep. */
const Watermark = z.object({ at: Instant, revision: z.int() });
export type Watermark = z.infer<typeof Watermark>;

export const watermarkKey: Key = { partition: 'SWEEP', sort: 'WATERMARK' };

export const watermarks: Collection<Watermark> = {
  name: 'watermark',
  schema: Watermark,
  place: () => ({ key: watermarkKey }),
};
