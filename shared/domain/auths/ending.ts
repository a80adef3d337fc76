import type { Auth } from './auth.ts';

type Ending = Pick<Auth, 'prediction' | 'state' | 'failure' | 'setAsideAt' | 'refreshAt'>;

/** Whether a renewal is on its way that moves the end: nothing has failed, and it comes before. */
export const renewalComes = ({ prediction, state, failure, setAsideAt, refreshAt }: Ending): boolean =>
  prediction?.moves === true &&
  state === 'active' &&
  !failure &&
  setAsideAt === undefined &&
  refreshAt !== undefined &&
  refreshAt < prediction.end;

/** When an auth ends as things stand: not the end that a renewal on its way moves, for that never comes (ADR 0020). */
export const comingEnd = (auth: Ending): number | undefined =>
  renewalComes(auth) ? undefined : auth.prediction?.end;
