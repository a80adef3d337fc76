import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { scheduled } from '#shared/entry/scheduled.ts';

/** Asks for all that is due, however old. */
export const handler = scheduled('sweep-from-start', sweepFromStart);
