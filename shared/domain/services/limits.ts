import * as z from 'zod';

/** So many calls in each stretch of so many seconds, counted from full multiples of them since 1970. */
const Rate = z.strictObject({
  calls: z.int().min(1).max(1_000_000),
  seconds: z.int().min(1).max(86_400),
});
export type Rate = z.infer<typeof Rate>;

const Limit = z
  .strictObject({
    rate: Rate.optional(),
    /** Calls under way at once, each until the last byte of its answer. All are named in one item, so they cannot be more. */
    concurrency: z.int().min(1).max(200).optional(),
  })
  .refine((limit) => Object.keys(limit).length > 0, 'Give rate, concurrency or both.');
export type Limit = z.infer<typeof Limit>;

/** How much is called with a service in one environment: with each auth, and with all of them together. */
export const Limits = z
  .strictObject({ auth: Limit.optional(), service: Limit.optional() })
  .refine((limits) => Object.keys(limits).length > 0, 'Give auth, service or both.');
export type Limits = z.infer<typeof Limits>;
