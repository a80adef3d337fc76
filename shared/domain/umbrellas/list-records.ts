import type * as z from 'zod';
import type { Deps } from '../../ports.ts';
import type { PageQuery } from '../inputs.ts';
import { cursorOf, placeOf } from '../paging.ts';
import { getUmbrella } from './get.ts';
import { placeOfRecord, presentRecord, recordsOf, verificationRecords } from './record.ts';
import { showVerification, type VerificationView } from './umbrella.ts';

interface ListRecordsInput {
  readonly organizationId: string;
  readonly umbrellaId: string;
  readonly query: PageQuery;
}

/** Lists what was said of the provider's approval, the newest first: the record of now, then those before it (R38). */
export const listRecords = async (
  deps: Deps,
  { query, ...where }: ListRecordsInput,
): Promise<{ items: z.infer<typeof VerificationView>[]; nextCursor: string | null }> => {
  const umbrella = await getUmbrella(deps, where);
  const found = await deps.store.list(verificationRecords, {
    ...recordsOf(where.organizationId, where.umbrellaId),
    // What stands at the present one's place was kept by a change that came to nothing.
    after: placeOf(verificationRecords.name, query) ?? placeOfRecord(umbrella.records),
    limit: query.limit,
  });
  const all = [...(query.cursor === undefined ? [presentRecord(umbrella)] : []), ...found.items];
  const shown = all.slice(0, query.limit);
  const last = shown.at(-1);
  const goesOn = found.next !== undefined || all.length > shown.length;
  return {
    items: shown.map(({ verification }) => showVerification(verification)),
    nextCursor: cursorOf(verificationRecords.name, goesOn && last ? placeOfRecord(last.number) : undefined),
  };
};
