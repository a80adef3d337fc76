import type { Auth } from './auth.ts';

type Prediction = NonNullable<Auth['prediction']>;
type Standing = Pick<Auth, 'state' | 'failure' | 'setAsideAt' | 'refreshAt'>;

/** Whether a renewal is on its way that moves an end: nothing has failed, and it comes before. */
export const renewalComes = (
  { state, failure, setAsideAt, refreshAt }: Standing,
  { end, moves }: Prediction,
): boolean =>
  moves === true &&
  state === 'active' &&
  !failure &&
  setAsideAt === undefined &&
  refreshAt !== undefined &&
  refreshAt < end;

/** When an auth ends as things stand: not by the end that a renewal on its way moves, for that never comes (ADR 0020). */
export const comingEnd = (auth: Standing & Pick<Auth, 'prediction' | 'lasting'>): number | undefined => {
  const { prediction, lasting } = auth;
  return prediction && renewalComes(auth, prediction) ? lasting?.end : prediction?.end;
};
