import { existsSync, writeFileSync } from 'node:fs';
import { eventKinds } from '#shared/domain/events.ts';
import type { EventKind } from '#shared/events.ts';

const folder = new URL('../test/events/examples/', import.meta.url);

/** The file that keeps an example of a kind as it was when its version was first published. */
export const exampleFile = ({ type, version }: Pick<EventKind, 'type' | 'version'>): string =>
  `${type}.v${String(version)}.json`;

/** Keeps an example of each kind that has none of its version yet. What is kept is never written again: others may have read it. */
export const keepExamples = (kinds: readonly EventKind[] = eventKinds, into: URL = folder): void => {
  for (const kind of kinds) {
    const file = new URL(exampleFile(kind), into);
    if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(kind.example, null, 2)}\n`);
  }
};
