import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { readWhole, writeWhole } from './provider/files.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
};

/** Takes the data folder for this process: two on one folder would break it. Answers what gives it back. Throws a sentence when it cannot. */
export const takeLock = (path: string): (() => void) => {
  const holder = Number(readWhole(path) ?? 0);
  if (holder > 0 && alive(holder)) {
    throw new Error(
      `Another Latchkey (process ${holder}) uses this data folder. Stop it, or set LATCHKEY_DIR.`,
    );
  }
  try {
    writeWhole(path, String(process.pid));
  } catch (cause) {
    throw new Error(
      `The data folder ${dirname(path)} cannot be written to (${String(cause)}). Set LATCHKEY_DIR.`,
      { cause },
    );
  }
  return () => {
    rmSync(path, { force: true });
  };
};
