import type * as z from 'zod';
import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { replaceAndTell } from '../outbox.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { VerificationChanged } from './events.ts';
import { getUmbrella } from './get.ts';
import { umbrellas, type Umbrella, type VerificationInput } from './umbrella.ts';

interface SetVerificationInput {
  readonly by: Actor;
  readonly umbrellaId: string;
  readonly input: z.infer<typeof VerificationInput>;
  readonly ifMatch: string | undefined;
}

/** Records how far the provider's approval is (R38). The auths follow by the event (R40, R45). */
export const setVerification = async (
  deps: Deps,
  { by, umbrellaId, input, ifMatch }: SetVerificationInput,
): Promise<Umbrella> => {
  const { organizationId } = by;
  const umbrella = await getUmbrella(deps, { organizationId, umbrellaId });
  expectVersion(ifMatch, umbrella.version);
  const data = { umbrellaId, from: umbrella.verification.status, to: input.status };
  const written = await replaceAndTell(deps, umbrellas, {
    ...umbrella,
    verification: { ...input, by: by.id, at: deps.clock.now() },
    version: umbrella.version + 1,
    outbox: [...umbrella.outbox, newEvent(deps, VerificationChanged, { organizationId, data })],
  });
  if (!written) throw editedMeanwhile();
  return written;
};
