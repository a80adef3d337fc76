import { UnfilledPlaceholder } from '../template.ts';

/** Values and definition make no request together. The message says what to do and holds no value of a field or secret. */
export class Unusable extends Error {}

/** A secret of the OAuth application is missing, or is no key. */
export class UnusableSecret extends Unusable {}

/** What a caller wants sent cannot carry the credential. The message says what to send instead. */
export class UnusableRequest extends Error {}

/** Whether values and definition make no request together, also because nothing fills a placeholder. */
export const isUnusable = (error: unknown): error is Error =>
  error instanceof Unusable || error instanceof UnfilledPlaceholder;
