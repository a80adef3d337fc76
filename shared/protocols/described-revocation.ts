import { buildDescribed } from './build-described.ts';
import type { DescribedRequest } from './described-request.ts';
import type { Ground, ProviderRequest } from './protocol.ts';

/** The one request that takes a grant back as a definition describes it. Rejects as `buildDescribed` throws. */
export const describedRevocation = (
  revocation: DescribedRequest,
  ground: Ground,
): Promise<readonly ProviderRequest[]> => Promise.try(() => [buildDescribed(revocation, ground)]);
