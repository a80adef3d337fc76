import { foundWithKey } from '#shared/domain/deployment/found.ts';
import { scheduled } from '#shared/entry/scheduled.ts';

/** Gives a new deployment its organization and a key to begin with. */
export const handler = scheduled('found-organization', foundWithKey);
