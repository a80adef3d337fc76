import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiClient, type ApiClient } from '../../local/demo/client.ts';
import { freePort } from '../../local/provider/listen.ts';
import { DemoFile } from '../../local/demo/walk.ts';
import type * as z from 'zod';

const root = join(import.meta.dirname, '..', '..');

/** The product as a person starts it: another process, reached over HTTP alone. */
export interface RunningProduct {
  readonly url: string;
  readonly directory: string;
  readonly key: string;
  /** Bytes of memory that its process holds at the moment, as the system counts them. */
  readonly memory: () => number;
  readonly api: ApiClient;
  readonly demo: z.infer<typeof DemoFile>;
  readonly output: () => string;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
  readonly restart: () => Promise<RunningProduct>;
  /** Kills what still runs and removes the folder. */
  readonly discard: () => Promise<void>;
}

interface StartOptions {
  readonly directory?: string;
  readonly port?: number;
  readonly allow?: string;
}

const ready = (child: ChildProcess, output: () => string): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (how: () => void) => {
      clearTimeout(timer);
      child.off('exit', fail);
      how();
    };
    const fail = () => settle(() => reject(new Error(`The product did not start:\n${output()}`)));
    const timer = setTimeout(fail, 60_000);
    child.once('exit', fail);
    child.stdout?.on('data', () => output().includes('Latchkey is ready: ') && settle(resolve));
  });

/** Starts the product by `local/start.ts` and waits until it says that it is ready. */
export const startProduct = async (options: StartOptions = {}): Promise<RunningProduct> => {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'latchkey-'));
  const port = options.port ?? (await freePort());
  const child = spawn(process.execPath, ['local/start.ts'], {
    cwd: root,
    env: {
      ...process.env,
      PORT: String(port),
      LATCHKEY_DIR: directory,
      LATCHKEY_EGRESS_ALLOW: options.allow ?? '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await ready(child, () => text);
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  const url = `http://localhost:${port}`;
  const key = read('admin-key');
  const kill = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const gone = once(child, 'exit');
    child.kill(signal);
    const [code] = (await gone) as [number | null];
    return code;
  };
  return {
    url,
    directory,
    key,
    memory: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)]).toString()) * 1024,
    api: apiClient(url, key),
    demo: DemoFile.parse(JSON.parse(read('demo.json'))),
    output: () => text,
    kill,
    restart: () => startProduct({ ...options, directory, port }),
    discard: async () => {
      await kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
