import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { takeLock } from '../../local/lock.ts';

it('a data folder that cannot be written to is named, with what to set instead', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-lock-'));
  const folder = join(directory, 'data');
  writeFileSync(folder, 'a file and no folder');
  try {
    expect(() => takeLock(join(folder, 'lock'))).toThrow(
      /^The data folder \S+data cannot be written to \(Error: EEXIST.*\)\. Set LATCHKEY_DIR\.$/,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
