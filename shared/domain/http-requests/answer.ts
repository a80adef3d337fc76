import * as z from 'zod';

/**
 * The answer of a service. Header names are in lower case and what stands twice is joined with a comma (RFC 9110 §5.3); a raw
 * answer has them as they came, too. `bodyKind` tells how the body stands here.
 */
export const HttpAnswer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  rawHeaders: z.array(z.tuple([z.string(), z.string()])).optional(),
  bodyKind: z.enum(['none', 'json', 'text', 'base64']),
  body: z.unknown(),
});
export type HttpAnswer = z.infer<typeof HttpAnswer>;
