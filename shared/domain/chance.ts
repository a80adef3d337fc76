import type { Deps } from '../ports.ts';

/** A number between 0 and 1 that nobody can foretell. */
export const chance = ({ random }: Pick<Deps, 'random'>): number =>
  Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
