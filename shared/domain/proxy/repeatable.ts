import type { Outgoing } from './send.ts';

/** Whether a body can be sent once more: one that streams is spent by being sent. */
export const repeatable = (body: Outgoing['body']): body is Uint8Array | undefined =>
  body === undefined || body instanceof Uint8Array;
