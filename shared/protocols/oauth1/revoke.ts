import { buildDescribed } from '../build-described.ts';
import type { DescribedRequest } from '../described-request.ts';
import type { Ground, ProviderRequest } from '../protocol.ts';
import type { OAuth1Definition } from './definition.ts';
import { signCall } from './sign.ts';

/** A described revocation bears no token unless it is signed; one with its own Authorization is left as described. */
const signedRevocation = async (
  definition: OAuth1Definition,
  ground: Ground,
  built: ProviderRequest,
): Promise<ProviderRequest> => {
  if (built.headers.some(([name]) => name.toLowerCase() === 'authorization')) return built;
  const { method, headers } = built;
  const body = built.body === undefined ? undefined : Buffer.from(built.body);
  const signed = await signCall(definition, { ground, method, url: new URL(built.url), headers, body });
  return {
    method,
    url: signed.url.href,
    headers: [...headers, ...signed.headers],
    body: signed.body && Buffer.from(signed.body).toString(),
  };
};

/** The request that takes a grant back as the definition describes it. */
export const revocationRequests = async (
  definition: OAuth1Definition,
  revocation: DescribedRequest,
  ground: Ground,
): Promise<readonly ProviderRequest[]> => [
  await signedRevocation(definition, ground, buildDescribed(revocation, ground)),
];
