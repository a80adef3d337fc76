import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../local/provider/listen.ts';
import { startProduct, type RunningProduct } from './support/product.ts';

/** Runs the demo as a reader would in a second terminal. */
const demo = async (port: string, directory: string): Promise<{ code: number; text: string }> => {
  const env = { ...process.env, PORT: port, LATCHKEY_DIR: directory };
  const child = spawn(process.execPath, ['local/demo.ts'], { cwd: join(import.meta.dirname, '..'), env });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
};

describe('the demo', () => {
  let product: RunningProduct;
  const elsewhere = mkdtempSync(join(tmpdir(), 'latchkey-demo-'));

  beforeAll(async () => {
    product = await startProduct();
  }, 90_000);

  afterAll(async () => {
    await product.discard();
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it('walks the whole way, tells each step and sums up', async () => {
    const { code, text } = await demo(new URL(product.url).port, product.directory);
    expect(text).toContain('11. The subscriber was told');
    expect(text).toContain('The whole way, once:');
    expect(code).toBe(0);
  }, 120_000);

  it('can be walked again', async () => {
    const { code, text } = await demo(new URL(product.url).port, product.directory);
    expect([code, text]).toEqual([0, expect.stringContaining('The whole way, once:')]);
  }, 120_000);

  it('ends with exit code 1 and a sentence where nothing was ever started', async () => {
    const { code, text } = await demo(String(await freePort()), elsewhere);
    expect(code).toBe(1);
    expect(text).toContain('Run npm start in another terminal first.');
  });

  it('ends with exit code 1 and a sentence when nobody answers', async () => {
    const { provider, subscriberPort } = product.demo;
    writeFileSync(
      join(elsewhere, 'demo.json'),
      JSON.stringify({ provider, subscriberPort: subscriberPort + 1 }),
    );
    writeFileSync(join(elsewhere, 'admin-key'), product.key);
    const { code, text } = await demo(String(await freePort()), elsewhere);
    expect(code).toBe(1);
    expect(text).toContain('nobody answers at http://localhost:');
  });
});
