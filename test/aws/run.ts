import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../local/provider/listen.ts';

/** Runs the suites of test/aws against moto, an AWS in one process, and skips them where there is no Python. */
const root = join(import.meta.dirname, '..', '..');
const venv = join(root, '.venv-moto');
const moto = 'moto[server]==5.2.5';
const stamp = join(venv, 'installed-5.2.5');
const readyMilliseconds = 30_000;

const run = (command: string, args: readonly string[]) => {
  const { status, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  return { done: status === 0, lastLine: error?.message ?? stderr.trim().split('\n').at(-1) };
};

/** Installs moto once; answers why it could not. */
const install = (): string | undefined => {
  if (existsSync(stamp)) return undefined;
  if (!run('python3', ['--version']).done) return 'there is no python3';
  const made = run('python3', ['-m', 'venv', '--clear', venv]);
  if (!made.done) return `python3 cannot make a virtual environment (${made.lastLine})`;
  const installed = run(join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', moto]);
  if (!installed.done) {
    rmSync(venv, { recursive: true, force: true });
    return `pip cannot install ${moto} (${installed.lastLine})`;
  }
  run(join(venv, 'bin', 'python'), ['-c', `open(${JSON.stringify(stamp)}, 'w')`]);
  return undefined;
};

const answers = async (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/moto-api/data.json`).then(
    ({ ok }) => ok,
    () => false,
  );

const ready = async (server: ChildProcess, endpoint: string): Promise<void> => {
  const end = Date.now() + readyMilliseconds;
  while (!(await answers(endpoint))) {
    if (server.exitCode !== null || Date.now() > end) throw new Error('moto_server did not start.');
    await setTimeout(100);
  }
};

const settings = (endpoint: string) => ({
  ...process.env,
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
  AWS_SESSION_TOKEN: 'testing',
  AWS_EC2_METADATA_DISABLED: 'true',
});

const test = async (endpoint: string): Promise<number> => {
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const options = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const args = [...options, jest, '--config', 'jest.aws.config.mjs', '--runInBand', ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { cwd: root, env: settings(endpoint), stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
};

const main = async (): Promise<number> => {
  const reason = install();
  if (reason !== undefined) {
    console.log(`skipped: the suites against AWS need moto, and ${reason}.`);
    return 0;
  }
  const port = await freePort();
  const args = ['-H', '127.0.0.1', '-p', String(port)];
  const server = spawn(join(venv, 'bin', 'moto_server'), args, { cwd: root, stdio: 'ignore' });
  const stopped = once(server, 'exit');
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    await ready(server, endpoint);
    return await test(endpoint);
  } finally {
    server.kill();
    await stopped;
  }
};

process.exitCode = await main();
