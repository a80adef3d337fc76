import * as z from 'zod';
import type { CallOptions } from '../proxy/options.ts';

const Rules = z.strictObject({
  most: z.int().min(0).max(20).default(10),
  keepMethod: z.boolean().default(false),
  keepAuthorization: z.boolean().default(false),
});

/** Which redirects are followed: none, those that are safe by default, or as these rules say. */
export const FollowRedirects = z
  .union([z.boolean(), Rules], {
    error: 'Expected true, false, or an object such as {"most": 5, "keepMethod": true}.',
  })
  .transform((given): NonNullable<CallOptions['redirects']> => {
    if (typeof given === 'object') return given;
    return { most: given ? 10 : 0, keepMethod: false, keepAuthorization: false };
  });
