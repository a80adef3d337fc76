import * as z from 'zod';
import { DescribedRequest } from '../described-request.ts';

/** A token API: what the person gives in the fields is put on each request as `apply` says. Nothing is fetched or renewed. */
export const TokenDefinition = z.strictObject({
  type: z.literal('token'),
  /** How the provider is told to delete the token, where it takes such a call. */
  revocation: DescribedRequest.optional(),
});
export type TokenDefinition = z.infer<typeof TokenDefinition>;
