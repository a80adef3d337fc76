import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Synchronous on purpose: the provider has a thread of its own, and a write that is over before the next request is
// looked at keeps a token from being spent twice.

/** Writes a file that only its owner may read. A crash leaves the old text or the new, never half of it. */
export const writeWhole = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.draft`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
};

/** The text of a file; undefined when there is none. */
export const readWhole = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined;

/** Removes a file. Of what is not there: nothing happens. */
export const removeFile = (path: string): void => {
  rmSync(path, { force: true });
};

/** The paths of all `.json` files of a folder. Drafts that a crash left behind are removed. */
export const jsonFiles = (folder: string): readonly string[] => {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder);
  for (const name of names.filter((each) => each.endsWith('.draft'))) removeFile(join(folder, name));
  return names.filter((each) => each.endsWith('.json')).map((each) => join(folder, each));
};
