import { Unusable } from './unusable.ts';

/** A header of a described request is filled with what no header can carry. The message holds its name, never a value. */
export class UnusableHeader extends Unusable {}

/** Whether a header can carry a value (RFC 9110 §5.5). */
export const fitsHeader = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
