import * as z from 'zod';

/** A value that must not be seen: printing, logging or serialising it shows `[secret]`. */
export interface Secret {
  /** The value itself. Call it where the value is used, never earlier. */
  readonly reveal: () => string;
  readonly toString: () => string;
  readonly toJSON: () => string;
}

const hidden = () => '[secret]';

/** Wraps a value so that it cannot leave by accident. */
export const secret = (value: string): Secret =>
  Object.freeze({
    reveal: () => value,
    toString: hidden,
    toJSON: hidden,
    [Symbol.for('nodejs.util.inspect.custom')]: hidden,
  });

/** A string of the input that is a secret from the moment it is parsed. */
export const SecretString = z
  .string()
  .max(16_384)
  .transform((value) => secret(value));
