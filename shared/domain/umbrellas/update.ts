import type * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { getUmbrella } from './get.ts';
import { umbrellas, type Umbrella, type UmbrellaEdit } from './umbrella.ts';

interface UpdateUmbrellaInput {
  readonly organizationId: string;
  readonly umbrellaId: string;
  readonly input: z.infer<typeof UmbrellaEdit>;
  readonly ifMatch: string | undefined;
}

/** Changes the details of an umbrella application; what is left out stays. */
export const updateUmbrella = async (
  deps: Deps,
  { input, ifMatch, ...where }: UpdateUmbrellaInput,
): Promise<Umbrella> => {
  const umbrella = await getUmbrella(deps, where);
  expectVersion(ifMatch, umbrella.version);
  const written = await deps.store.replace(umbrellas, {
    ...umbrella,
    ...input,
    version: umbrella.version + 1,
  });
  if (!written) throw editedMeanwhile();
  return written;
};
