import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Change } from './mutation.ts';

const root = join(import.meta.dirname, '..', '..');

// Git runs nothing of the folder here, so it does not matter whose the folder is.
const listing = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];

/** All that Git knows or would take: what it ignores is no source. */
const files = (): readonly string[] =>
  execFileSync('git', listing, { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));

/** A copy of the working tree's source in a folder of its own, on the same modules. Who makes it removes it. */
export const copySource = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-mutation-'));
  for (const file of files()) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
};

/** Removes a copy; the modules that it points to stay. */
export const removeCopy = (copy: string): void => {
  rmSync(copy, { recursive: true, force: true });
};

/** Makes a change in a copy and answers how to undo it. Throws where the text to be replaced does not occur exactly once. */
export const change = (copy: string, { file, find, put }: Change): (() => void) => {
  const path = join(copy, file);
  if (!existsSync(path))
    throw new Error(`The list of mutations has to follow the code: there is no ${file}.`);
  const before = readFileSync(path, 'utf8');
  const [head, tail, ...others] = before.split(find);
  if (head === undefined || tail === undefined || others.length > 0)
    throw new Error(
      `The list of mutations has to follow the code: in ${file} there has to be exactly one\n${find}`,
    );
  writeFileSync(path, head + put + tail);
  return () => {
    writeFileSync(path, before);
  };
};
