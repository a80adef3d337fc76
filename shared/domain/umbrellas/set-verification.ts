import type * as z from 'zod';
import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { replaceAndTell } from '../outbox.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { adviceOnStatus, linkOf } from './advice.ts';
import { VerificationChanged } from './events.ts';
import { getUmbrella } from './get.ts';
import { keepPresentRecord } from './record.ts';
import { umbrellas, type Umbrella, type VerificationInput } from './umbrella.ts';

interface SetVerificationInput {
  readonly by: Actor;
  readonly umbrellaId: string;
  readonly input: z.infer<typeof VerificationInput>;
  readonly ifMatch: string | undefined;
}

/** Records how far the provider's approval is (R38); the record before is kept. The auths follow by the event (R40, R45). */
export const setVerification = async (
  deps: Deps,
  { by, umbrellaId, input, ifMatch }: SetVerificationInput,
): Promise<Umbrella> => {
  const { organizationId } = by;
  const umbrella = await getUmbrella(deps, { organizationId, umbrellaId });
  expectVersion(ifMatch, umbrella.version);
  const help = { advice: adviceOnStatus[input.status], link: linkOf(umbrella) };
  const data = { umbrellaId, from: umbrella.verification.status, to: input.status, ...help };
  await keepPresentRecord(deps, umbrella);
  const written = await replaceAndTell(deps, umbrellas, {
    ...umbrella,
    verification: { ...input, by: by.id, at: deps.clock.now() },
    records: umbrella.records + 1,
    version: umbrella.version + 1,
    outbox: [...umbrella.outbox, newEvent(deps, VerificationChanged, { organizationId, data })],
  });
  if (!written) throw editedMeanwhile();
  return written;
};
