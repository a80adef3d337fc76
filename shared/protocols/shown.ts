import type { Setting } from './protocol.ts';

/** Marks settings that end in the address of the provider's page, or in what readers of an auth see. */
export const shown = (settings: readonly Setting[]): readonly Setting[] =>
  settings.map((setting) => ({ ...setting, shown: true }));
