import type * as z from 'zod';
import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { CapChanged } from './events.ts';
import { getUmbrella } from './get.ts';
import { umbrellas, type Umbrella, type UmbrellaEdit } from './umbrella.ts';

interface UpdateUmbrellaInput {
  readonly organizationId: string;
  readonly umbrellaId: string;
  readonly input: z.infer<typeof UmbrellaEdit>;
  readonly ifMatch: string | undefined;
}

/** Changes the details of an umbrella application; what is left out stays. Another cap has its people counted again. */
export const updateUmbrella = async (
  deps: Deps,
  { input: { userCap, ...details }, ifMatch, ...where }: UpdateUmbrellaInput,
): Promise<Umbrella> => {
  const umbrella = await getUmbrella(deps, where);
  expectVersion(ifMatch, umbrella.version);
  const next = {
    ...umbrella,
    ...details,
    userCap: userCap === undefined ? umbrella.userCap : (userCap ?? undefined),
    capFrees: details.capFrees ?? umbrella.capFrees,
    version: umbrella.version + 1,
  };
  const { organizationId, umbrellaId } = where;
  const changed = next.userCap !== umbrella.userCap || next.capFrees !== umbrella.capFrees;
  const news = changed ? [newEvent(deps, CapChanged, { organizationId, data: { umbrellaId } })] : [];
  const written = await replaceAndTell(deps, umbrellas, { ...next, outbox: [...umbrella.outbox, ...news] });
  if (!written) throw editedMeanwhile();
  return written;
};
