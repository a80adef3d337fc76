import { deps } from '../deps.ts';
import { log } from '../log.ts';
import type { Deps } from '../ports.ts';

/** The Lambda function of a job: one domain operation, run at a fixed rate. A failure rises, so that its alarm rings. */
export const scheduled = (name: string, run: (deps: Deps) => Promise<number>) => async (): Promise<void> => {
  try {
    log.info('The job ran.', { job: name, count: await run(deps()) });
  } catch (error) {
    log.error('The job failed.', { job: name }, error);
    throw error;
  }
};
