import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a run of tests a temporary folder of its own: whatever they and the processes that they start lay there is gone when the run
 * ends, also where a test failed or was left out.
 */
export default () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-tests-'));
  process.env['TMPDIR'] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
};
