import { rmSync } from 'node:fs';
import { readWhole, writeWhole } from './provider/files.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
};

/** Takes the data folder for this process: two on one folder would break it. Answers what gives it back. */
export const takeLock = (path: string): (() => void) => {
  const holder = Number(readWhole(path) ?? 0);
  if (holder > 0 && alive(holder)) {
    throw new Error(
      `Another Latchkey (process ${holder}) uses this data folder. Stop it, or set LATCHKEY_DIR.`,
    );
  }
  writeWhole(path, String(process.pid));
  return () => {
    rmSync(path, { force: true });
  };
};
