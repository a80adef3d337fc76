import type { Random } from '../ports.ts';

/** A new name for a version in the vault: 32 hexadecimal digits, which every vault takes. */
export const newVersion = (random: Random): string => Buffer.from(random.bytes(16)).toString('hex');
