import { randomBytes } from 'node:crypto';
import type { Random } from '../ports.ts';

/** The operating system's randomness, fit for keys. */
export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
