import type { Refusal } from './protocol.ts';

/** One row of a table of failures: what a provider says, what it is taken for, and why. */
export interface FailureRow<Says = string> {
  readonly says: Says;
  readonly kind: Refusal['kind'];
  readonly because: string;
}
