import * as z from 'zod';

/** What is repeated where a service says nothing else: the other side was busy, or something between it and us was out. */
export const retriedStatuses: readonly number[] = [408, 425, 429, 502, 503, 504];

/** Whether proxied calls are sent again when that may help, unless a caller says otherwise. */
export const Retries = z.strictObject({
  /** How often at the most, besides the first time. */
  most: z.int().min(0).max(5),
  /** The statuses of answers that are not taken for the last word. */
  statuses: z
    .array(z.int().min(400).max(599))
    .min(1)
    .max(20)
    .default([...retriedStatuses]),
});
