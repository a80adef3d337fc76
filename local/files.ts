import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readWhole, writeWhole } from './provider/files.ts';

/** The small files of the data folder, each written whole and readable by its owner alone. */
export interface Folder {
  readonly path: (name: string) => string;
  readonly has: (name: string) => boolean;
  readonly write: (name: string, text: string) => void;
  /** The text of a file; where there is none, it is made and written first. */
  readonly keep: (name: string, make: () => string) => string;
}

/** The data folder of the local product. */
export const folder = (directory: string): Folder => {
  const path = (name: string) => join(directory, name);
  return {
    path,
    has: (name) => existsSync(path(name)),
    write: (name, text) => writeWhole(path(name), text),
    keep: (name, make) => {
      const found = readWhole(path(name));
      if (found !== undefined) return found;
      const text = make();
      writeWhole(path(name), text);
      return text;
    },
  };
};
