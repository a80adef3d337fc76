import * as z from 'zod';

/** A token API: what the person gives in the fields is put on each request as `apply` says. Nothing is fetched or renewed. */
export const TokenDefinition = z.strictObject({ type: z.literal('token') });
export type TokenDefinition = z.infer<typeof TokenDefinition>;
