import { sweep } from '#shared/domain/schedule/sweep.ts';
import { scheduled } from '#shared/entry/scheduled.ts';

/** Asks for what has become due since the last run. */
export const handler = scheduled('sweep', sweep);
